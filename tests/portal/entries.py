"""Made-up entries of a workspace's log, as the audit service returns them."""

from typing import Any

from tests.portal.samples import at, browser_of, ident


def entry(
    key: str,
    action: str,
    address: str | None,
    via: str,
    details: dict[str, Any] | None = None,
    **ago: float,
) -> dict[str, Any]:
    order = {"product_name": "Dedicated port", "quantity": 1, "order_id": ident("order"), "service_id": ident("port")}
    return {
        "id": ident(key), "seq": 1, "at": at(**ago), "action": action,
        "title": action.partition(".")[2].replace("_", " ").capitalize(),
        "actor": {"id": ident(address) if address else None, "address": address, "display_name": None, "via": via},
        "place": {"ip": "203.0.113.7"} | browser_of("Firefox", "Linux") if via == "self" else None,
        "subject": {"type": "order", "id": ident("order")}, "names": {}, "correlation_id": ident("request"),
        "details": order if details is None else details, "hidden": [],
    }  # fmt: skip


ENTRIES = [
    entry("e1", "provisioning.service_provisioned", None, "system", minutes=3),
    entry("e2", "provisioning.order_placed", "tom@meridian.example", "on_behalf", minutes=5),
    entry(
        "e3",
        "identity.on_behalf_started",
        "tom@meridian.example",
        "on_behalf",
        {
            "user_id": ident("tom@meridian.example"),
            "grant": {"role": "regular"},
            "home_workspace_id": ident("meridian"),
        },
        minutes=9,
    ),
    entry(
        "e4",
        "identity.user_signed_in",
        "jonas@northwind.example",
        "self",
        {
            "user_id": ident("jonas@northwind.example"),
            "method": "code",
        },
        hours=3,
    ),
]
