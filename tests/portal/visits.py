"""Made-up visits, as audit answers them."""

from typing import Any

from tests.portal.samples import ident


def past_visit(name: str, **said: Any) -> dict[str, Any]:
    usual = {
        "id": ident(name),
        "user": {"id": ident("tom"), "address": "tom@meridian.example", "display_name": "Tom Vidal"},
        "role": "regular",
        "started_at": "2026-11-22T12:00:00Z",
        "ended_at": "2026-11-22T12:12:30Z",
        "end": "ended",
        "reason": None,
        "deeds": [],
        "more": False,
    }
    return usual | said


DEEDS = [{"action": "provisioning.order_placed", "times": 1}, {"action": "identity.contact_added", "times": 2}]
UNNAMED = {"id": ident("tom"), "address": "tom@meridian.example", "display_name": None}
VISITS = [
    past_visit("visit", deeds=DEEDS, reason="Case 4711"),
    past_visit("idle visit"),
    past_visit("visit of before", started_at=None, deeds=None, end="revoked", user=UNNAMED),
]
