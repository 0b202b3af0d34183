"""Somebody at work in the portal, who finds everything by its words."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.browser.test_first_story import Somebody
from tests.flows.steps import order_body
from tests.harness.installation import DemoUser

DONE = {"timeout": 60_000}


class Worker(Somebody):
    async def side(self, name: str) -> None:
        await self.press(self.page.locator(".side").get_by_role("link", name=name, exact=True))

    async def link(self, name: "str | re.Pattern[str]") -> None:
        await self.press(self.page.locator("main").get_by_role("link", name=name, exact=isinstance(name, str)).first)

    async def button(self, name: "str | re.Pattern[str]") -> None:
        await self.press(self.page.get_by_role("button", name=name, exact=isinstance(name, str)).first)

    async def sees(self, words: "str | re.Pattern[str]") -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible(**DONE)  # type: ignore[arg-type]

    async def is_done(self) -> None:
        await expect(self.page.locator("#progress")).to_contain_text("Fulfilled", **DONE)  # type: ignore[arg-type]


Task = tuple[str, Callable[[Worker], Awaitable[None]]]


async def order(person: DemoUser, key: str, configuration: dict[str, Any], name: str) -> None:
    body = await order_body(person, key, configuration)
    await person.post("/api/provisioning/orders", body | {"display_name": name})
