"""Logs as audit answers them, and what the portal tells of them."""

import re
from typing import Any
from uuid import uuid4

import httpx

from tests.portal.entries import ENTRIES
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

LIST, PAGE = "/api/audit/entries", "/w/northwind/audit"
JONAS = "jonas@northwind.example"


def entry(action: str, details: dict[str, Any], **fields: Any) -> dict[str, Any]:
    actor = {"id": ident(JONAS), "address": JONAS, "display_name": "Jonas Weber", "via": "self"}
    made = ENTRIES[0] | {"id": str(uuid4()), "action": action, "details": details, "actor": actor, "place": None}
    return made | fields


def log_of(fakes: FakeServices, *entries: dict[str, Any]) -> None:
    fakes.replies["GET", LIST] = httpx.Response(200, json={"items": list(entries), "next": None})


def sentences_in(page: str) -> list[str]:
    """What is told, one after the other, as text with its links."""
    found = re.findall(r'<span class="sentence">(.*?)</span>', page, re.DOTALL)
    return [" ".join(text.split()) for text in found]
