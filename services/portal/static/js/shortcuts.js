// Keys of one letter, for people who have not switched them off. Everything that they do, links and fields do as well.

const typing = (event) =>
  event.target.closest?.("input, textarea, select, [contenteditable]") ||
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing;

if (document.body.hasAttribute("data-shortcuts")) {
  const keys = document.getElementById("keys");
  let going = 0; // until when the next letter names a page

  document.addEventListener("keydown", (event) => {
    if (typing(event) || document.querySelector("dialog[open]")) return;
    const page = Date.now() < going && document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`);
    going = event.key === "g" ? Date.now() + 1500 : 0;
    const search = event.key === "/" && document.querySelector("[data-slash]");
    if (!page && !search && event.key !== "?") return;
    event.preventDefault();
    if (page) page.click();
    else if (search) search.focus();
    else keys.showModal();
  });
  keys?.addEventListener("click", (event) => {
    if (event.target === keys || event.target.closest("[data-close]")) keys.close();
  });
}
