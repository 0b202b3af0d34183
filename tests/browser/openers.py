"""What a page keeps closed: menus, disclosures, dialogs, drawers and notes. Each is opened and looked at, once per
shape."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import ElementHandle, Page, TimeoutError

from tests.browser.browser_user import AT_REST
from tests.browser.browsers import Browsers

WIDTHS = (1280, 390)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FIND = """() => {
    const OPENERS = "summary, [hx-get][hx-target='#sheet'], a[href^='#nav']"
        + ", [data-slash], [popovertarget], [commandfor], [aria-haspopup], [aria-expanded], [data-bs-toggle]";
    const shape = (element) => {
        const inner = [...new Set(Array.from(element.children, shape))].join("");
        return `${element.localName}.${element.className.baseVal ?? element.className}(${inner})`;
    };
    const around = (element) =>
        element ? `${around(element.parentElement)}>${element.localName}.${element.className}` : "";
    return Array.from(document.querySelectorAll(OPENERS), (element) => {
        const whole = element.localName === "summary" ? element.parentElement : element;
        return {element, shape: `${around(whole.parentElement)}|${shape(whole)}`};
    });
}"""
"""Every opener, and its shape: two of the same shape differ in their texts alone, not in how they are built."""
OPENED = """(opener) => {
    if (opener.localName === "summary") return opener.closest("details[open]");
    if (opener.matches("[data-slash]")) return document.querySelector("dialog.keys[open]");
    const named = opener.getAttribute("hx-target")?.slice(1) ?? opener.hash?.slice(1)
        ?? ["popovertarget", "commandfor", "aria-controls"].map((name) => opener.getAttribute(name)).find(Boolean);
    const found = document.getElementById(named);
    const shown = found?.checkVisibility({visibilityProperty: true}) && (found.localName !== "dialog" || found.open);
    return shown ? found : null;
}"""
"""What the opener has opened, null until it has."""
TO_SEE = """(opener) => {
    const drawer = opener.closest("#nav");
    if (drawer && !drawer.checkVisibility({visibilityProperty: true})) location.hash = "#nav";
    for (let around = opener.parentElement; (around = around?.closest("details")); around = around.parentElement)
        if (around.firstElementChild !== opener) around.open = true;
    return opener.checkVisibility();
}"""
"""Open what is around an opener. Whether it is there at this width."""
CLOSE = """() => {
    document.querySelectorAll("dialog[open]").forEach((each) => each.close());
    document.querySelectorAll("details[open]").forEach((each) => (each.open = false));
    document.querySelectorAll(":popover-open").forEach((each) => each.hidePopover());
    if (location.hash === "#nav") location.hash = "#main";
    document.activeElement.blur();
}"""
WRONG = """(opened) => {
    const told = [];
    const scrolls = (each) =>
        each && (/auto|scroll/.test(getComputedStyle(each).overflowX) || scrolls(each.parentElement));
    const boxes = [opened, ...opened.querySelectorAll("*")]
        .filter((each) => each.checkVisibility() && !scrolls(each.parentElement))
        .map((each) => each.getBoundingClientRect()).filter((box) => box.width > 1);
    const beyond = Math.max(...boxes.map((box) => Math.max(box.right - innerWidth, -box.left)));
    if (beyond > 1) told.push(`${Math.round(beyond)} px beyond the window`);
    const floating = opened.matches("details.menu") ? opened.lastElementChild : opened;
    if (!floating.matches("[popover], dialog, details.menu > *")) return told;
    const {left, right, top, bottom} = floating.getBoundingClientRect();
    const corners = [left + 6, right - 6].flatMap((x) => [top + 6, bottom - 6].map((y) => [x, y]));
    const seen = corners.every(([x, y]) => floating.contains(document.elementFromPoint(x, y)));
    return seen ? told : [...told, "covered or cut off"];
}"""


@dataclass
class Openers:
    """Opens what pages keep closed, and remembers which shapes it has seen."""

    browsers: Browsers
    seen: set[str] = field(default_factory=set)
    opened: dict[str, int] = field(default_factory=dict)
    """How often, by the tag of what was opened."""
    wrong: list[str] = field(default_factory=list)

    async def look_at(self, page: Page) -> None:
        """Open each opener of the page that is new, one after the other, at both widths and in both themes."""
        async for opener, width in new_openers_of(page, self.seen):
            await self._open(page, opener, width)

    async def _open(self, page: Page, opener: ElementHandle, width: int) -> None:
        name = re.sub(r"\s+", " ", await opener.evaluate("each => each.ariaLabel || each.textContent")).strip()
        where = f"{page.url} at {width} px, {name!r}"
        opened = await open_by(page, opener)
        if opened is None:
            self.wrong.append(f"{where}: opens nothing")
            return
        tag: str = await opened.evaluate("each => each.localName")
        self.opened[tag] = self.opened.get(tag, 0) + 1
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            await page.evaluate(AT_REST)
            violations = await self.browsers.accessibility.violations(page, opened)
            told = [f"{each['id']}: {' '.join(node['html'] for node in each['nodes'])}" for each in violations]
            self.wrong += [f"{where}, {theme}: {each}" for each in (*told, *await opened.evaluate(WRONG))]


async def new_openers_of(page: Page, seen: set[str]) -> AsyncIterator[tuple[ElementHandle, int]]:
    """Each opener whose shape was not ``seen`` at a width yet, at that width and in sight. What it has opened is closed
    before the next."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        found = await page.evaluate_handle(FIND)
        shapes: list[str] = await found.evaluate("all => all.map((each) => each.shape)")
        for place, shape in enumerate(shapes):
            if f"{width}{shape}" in seen:
                continue
            opener = (await found.evaluate_handle("(all, place) => all[place].element", place)).as_element()
            assert opener is not None
            if await opener.evaluate(TO_SEE):  # else another width shows it
                seen.add(f"{width}{shape}")
                yield opener, width
            await page.evaluate(CLOSE)


async def open_by(page: Page, opener: ElementHandle) -> ElementHandle | None:
    """Open something as a person does, and return it; None if nothing opens."""
    if await opener.evaluate("each => each.matches('[data-slash]')"):
        await page.locator("main").press("?")
    else:
        await opener.click()
    try:
        return (await page.wait_for_function(OPENED, arg=opener, timeout=5_000)).as_element()
    except TimeoutError:
        return None
