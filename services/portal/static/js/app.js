// Enhancements of pages. All pages work without JavaScript.

const sheet = document.getElementById("sheet");

// A part that htmx loads into the sheet opens it; closing gives the focus back to what opened it.
document.addEventListener("htmx:after:swap", () => {
  if (sheet && sheet.childElementCount && !sheet.open) sheet.showModal();
});
sheet?.addEventListener("close", () => sheet.replaceChildren());
sheet?.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest("[data-close]")) sheet.close();
});

// Menus close when something else is clicked, and on Escape.
const closeMenus = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu !== except && (menu.open = false));
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (location.hash === "#nav") {
      location.hash = "#main";
    }
  }
});

// Submit a form only once. A second submission would be harmless because of the hidden key, but useless. A preview, which
// is shown in a frame beside the form, submits nothing yet.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ((event.submitter?.formMethod || form.method) !== "post" || form.hasAttribute("hx-post")) return;
  if (event.submitter?.formTarget) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

// The resend button is disabled for a while, and counts down.
document.querySelectorAll("[data-wait]").forEach((button) => {
  const text = button.textContent;
  let left = Number(button.dataset.wait);
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? button.dataset.waiting.replace("%s", left) : text;
    if (left-- > 0) setTimeout(tick, 1000);
  };
  tick();
});

// Times are shown in the browser's time zone, unless the person has chosen one.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; Secure; SameSite=Lax`;

// After a refusal, focus the summary of errors.
document.querySelector("[data-focus]")?.focus();

// Show a message when htmx cannot load something; the page stays as it is.
for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, (event) => {
    const status = event.detail?.ctx?.response?.status ?? 0;
    if (status >= 400 && status < 500) return;
    const toast = document.getElementById("trouble");
    if (toast) toast.hidden = false;
  });
}

// Copy buttons need a script; without one their text is in a field to copy by hand. Also for what htmx brings.
const showCopyButtons = () => document.querySelectorAll("[data-copy][hidden]").forEach((button) => (button.hidden = false));
showCopyButtons();
document.addEventListener("htmx:after:swap", showCopyButtons);
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  source.select();
  // Plain http has no clipboard to write to; the older way works there.
  if (navigator.clipboard) await navigator.clipboard.writeText(source.value);
  else document.execCommand("copy");
  button.querySelector("span").textContent = button.dataset.copied;
});
