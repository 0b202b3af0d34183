"""What axe finds wrong with a page, or with a part of it.

Contrast takes four fifths of axe's time. It depends on the colours and the size of a text and on what is painted behind
it: each combination is looked at until axe has found one of it good.
"""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.async_playwright import Axe, AxeResults  # type: ignore[import-untyped]
from playwright.async_api import ElementHandle, Page

_LOOK = """async ({part, good}) => {
    const root = part ?? document.documentElement, known = new Set(good), grounds = new Map(), keys = new Map();
    const DEFAULTS = {backgroundColor: "rgba(0, 0, 0, 0)", backgroundImage: "none", opacity: "1", filter: "none",
        mixBlendMode: "normal"};
    const ground = (element) => {
        if (!element) return "";
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const own = Object.keys(DEFAULTS).filter((name) => style[name] !== DEFAULTS[name])
                .map((name) => style[name]);
            if (/absolute|fixed|sticky/.test(style.position)) own.push(`${element.localName}.${element.className}`);
            grounds.set(element, `${ground(element.parentElement)}${own.length ? `/${own}` : ""}`);
        }
        return grounds.get(element);
    };
    const isOff = (element) =>
        Boolean(element.closest(":disabled, [aria-disabled=true]") || element.closest("label")?.control?.disabled);
    const note = (element, kind) => {
        if (!element.checkVisibility({visibilityProperty: true})) return;
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
        keys.set(element, [kind, color, fontSize, fontWeight, textShadow, isOff(element), ground(element)].join("|"));
    };
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.trim()) note(texts.currentNode.parentElement, "text");
    root.querySelectorAll("input, select, textarea").forEach((each) => note(each, `${each.localName}.${each.type}`));

    const {violations} = await axe.run(part ?? document,
        {resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}});
    const fresh = [...new Map([...keys].filter(([, key]) => !known.has(key)).map(([element, key]) => [key, element]))
        .values()];
    if (!fresh.length) return {violations, good: []};
    const contrast = await axe.run({include: fresh}, {elementRef: true, resultTypes: ["violations", "passes"],
        runOnly: {type: "rule", values: ["color-contrast"]}});
    const passed = contrast.passes.flatMap((each) => each.nodes.map((node) => keys.get(node.element)));
    const faint = contrast.violations.map((each) =>
        ({...each, nodes: each.nodes.map(({element, any, ...node}) =>
            ({...node, any: any.map(({relatedNodes, ...check}) => check)}))}));
    return {violations: [...violations, ...faint], good: passed.filter(Boolean)};
}"""
"""Of each combination that was not found good yet, one element is looked at."""


@dataclass
class Accessibility:
    """Looks with axe, and remembers which combinations of colours it has found good."""

    axe: Axe = field(default_factory=Axe)
    good: set[str] = field(default_factory=set)

    async def violations(self, page: Page, part: ElementHandle | None = None) -> list[dict[str, Any]]:
        """Of WCAG 2.2 AA and axe's best practices, in the page or within ``part`` of it, as axe tells them."""
        if not await page.evaluate("'axe' in window"):  # once per page: it is half a megabyte to compile
            await page.evaluate(self.axe.axe_script)
        found = await page.evaluate(_LOOK, {"part": part, "good": list(self.good)})
        self.good |= set(found["good"])
        violations: list[dict[str, Any]] = found["violations"]
        return violations

    async def check(self, page: Page) -> None:
        """Fail if there are any."""
        found = await self.violations(page)
        assert not found, f"{page.url}\n{AxeResults({'violations': found}).generate_report()}"
