"""Bad entries in every form, address and query of every page: people are told what to mend, in words for people."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page

from services.portal.refusals import PROBLEMS
from shared.auth.permissions import table
from shared.field_errors import CODES
from tests.browser.browsers import Browsers
from tests.browser.test_every_page import ID, PEOPLE, one_of_each_kind
from tests.browser.test_languages import FOR_DEVELOPERS

FORMS = """() => Array.from(document.forms).map((form) => ({
    action: form.getAttribute("action") || location.pathname,
    method: form.method,
    entries: Array.from(form.elements).filter((each) => each.name && each.type !== "submit").map((each) => ({
        name: each.name,
        kind: each.type === "hidden" ? "hidden" : each.type.startsWith("select") ? "select" : each.type,
        value: each.value,
    })),
    buttons: Array.from(form.elements).filter((each) => each.name && each.type === "submit")
        .map((each) => [each.name, each.value]),
}))"""
SENT = """(requests) => Promise.all(requests.map(async ({method, url, entries}) => {
    const body = method === "post" ? new URLSearchParams(entries) : undefined;
    const response = await fetch(url, {method, body, headers: {Accept: "text/html"}});
    // Styles of another page, such as that of a payment, are not this page's to apply.
    const html = (await response.text()).replace(/<style[^]*?<\\/style>/g, "");
    const seen = new DOMParser().parseFromString(html, "text/html");
    for (const unread of seen.querySelectorAll("script, style, template, nav, .details-row")) unread.remove();
    const said = Array.from(seen.querySelectorAll("[aria-label], [title], [placeholder]")).flatMap(
        (each) => ["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) || "")
    );
    const main = seen.querySelector("main") || seen.body;
    return {
        status: response.status,
        heading: seen.querySelector("h1")?.textContent.trim() || "",
        text: [main.textContent, ...said].join(" ").replace(/\\s+/g, " "),
    };
}))"""
BAD = {
    "empty": "",
    "too long": "x" * 3000,
    "of another kind": "-1.5e999",
    "invisible": "\u202e\u3164\u200d",
}
TYPED = {"text", "email", "number", "search", "tel", "url", "date", "textarea", "select", "radio"}
QUERY = (
    "?q=%E2%80%AE&state=none&status=none&role=none&kind=none&sort=none&descending=maybe&from=yesterday&to=x&cursor=zz"
)
UUID_TEXT = ID
MACHINE = re.compile(
    r"String should|Value error|Input should|Field required|valid (?:integer|string|dictionary|UUID)|pydantic"
    r"|jsonschema|\^\[|\$'|\\d|Traceback|Exception|/problems/"
    r"|\bNone\b(?! yet)|\bnull\b|\bundefined\b|\{'|\[object|StatusCode|HTTP"
    r"|(?<![\w.@/-])/(?:configuration|display_name|address|plan_version_id|bill_group_id)\b"
)
"""What validators and machines say."""
NAMES = re.compile(
    "|".join(rf"\b{re.escape(name)}\b" for name in [*table(), *(code for code in CODES if "_" in code),
                                                    *(kind for kind in PROBLEMS if "_" in kind)])
)  # fmt: skip
"""Names of permissions, of field errors and of problems."""
NEVER = re.compile(
    r"/(?:sign-out|switch|leave|appearance|remove|revoke|end|delete|suspension)\b|simulated-gateway|/invitations/[^/]+/rename"
)
"""Forms that need no entries to do something; and those that any words suspend somebody with, or rename a customer that
other tests look for."""


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    why: str
    entries: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Crawl:
    page: Page
    wrong: list[str] = field(default_factory=list)
    refused: int = 0

    async def visit(self, path: str) -> None:
        """Open a page, and send each of its forms and its own address with bad entries."""
        await self.page.goto(path)
        requests = [*await self.of_forms(path.partition("?")[0]), *self.of_address(path.partition("?")[0])]
        answers = await self.page.evaluate(SENT, [asdict(each) for each in requests])
        for request, answer in zip(requests, answers, strict=True):
            self.judge(request, answer)

    async def of_forms(self, path: str) -> list[Request]:
        found = []
        for form in await self.page.evaluate(FORMS):
            typed = [each for each in form["entries"] if each["kind"] in TYPED]
            if not typed or form["method"] != "post" or NEVER.search(form["action"]):
                continue
            hidden = [(each["name"], each["value"]) for each in form["entries"] if each["kind"] == "hidden"]
            pressed = [tuple(form["buttons"][0])] if form["buttons"] else []
            for why, bad in BAD.items():
                entries = [*hidden, *((each["name"], bad) for each in typed), *pressed]
                found.append(Request("post", form["action"], why, entries))
        return found

    def of_address(self, path: str) -> list[Request]:
        others = {"unknown id": str(UUID(int=7)), "no id": "zz"} if ID.search(path) else {}
        return [Request("get", path + QUERY, "query"), *(Request("get", ID.sub(id_, path), why)
                                                         for why, id_ in others.items())]  # fmt: skip

    def judge(self, request: Request, answer: dict[str, Any]) -> None:
        refused, where = answer["status"] >= 400, f"{request.method} {request.url}, {request.why}: {answer['status']}"
        self.refused += refused
        if answer["status"] >= 500 or not answer["heading"]:
            self.wrong.append(f"{where} {answer['heading']!r}")
        for machine in (MACHINE, NAMES, ID) if refused else (MACHINE, NAMES):
            if (found := machine.search(answer["text"])) is not None:
                self.wrong.append(f"{where}: …{answer['text'][max(0, found.start() - 60) : found.end() + 60]}…")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["partner", "customer", "provider"])
async def test_bad_entries_are_refused_in_words_for_people(browsers: Browsers, who: str) -> None:
    crawl = Crawl(await browsers.open(PEOPLE[who]))

    async for path in one_of_each_kind(crawl.page):
        if not FOR_DEVELOPERS.search(path):
            await crawl.visit(path)

    assert crawl.wrong == []
    assert crawl.refused > 20, "bad entries are refused"
