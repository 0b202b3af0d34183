"""Made-up companies and people, as the services' APIs return them."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

SPACE = UUID("6f1f3f6e-8f0e-4f57-9d2c-0a7f1c1c9d11")
PERMISSIONS = list(tomllib.loads(Path("shared/permissions.toml").read_text())["permissions"])


def ident(name: str) -> str:
    """An id, always the same for a name."""
    return str(uuid5(SPACE, name))


def now() -> datetime:
    """When the made-up services answer."""
    return datetime.now(UTC)


def at(**ago: float) -> str:
    return (now() - timedelta(**ago)).isoformat()


def on(days: int) -> str:
    return (date.today() + timedelta(days)).isoformat()  # noqa: DTZ011


def person(key: str, name: str, address: str) -> dict[str, Any]:
    return {"id": ident(key), "address": address, "display_name": name}


PEOPLE = {
    "ana": person("ana", "Ana Oliveira", "ana@meridian.example"),
    "tom": person("tom", "Tom Vidal", "tom@meridian.example"),
    "priya": person("priya", "Priya Raman", "priya@meridian.example"),
    "lena": person("lena", "Lena Fischer", "lena@meridian.example"),
    "jonas": person("jonas", "Jonas Weber", "jonas@northwind.example"),
    "lars": person("lars", "Lars Holm", "lars@larkspur.example"),
}
ROLES = {"ana": "admin", "tom": "member", "priya": "regular", "lena": "read_only"}


def browser_of(name: str | None, system: str | None) -> dict[str, str | None]:
    """A browser in the words and the parts that sessions and places tell it by."""
    return {
        "browser": f"{name} on {system}" if name and system else name,
        "browser_name": name,
        "operating_system": system,
    }


def workspace(slug: str, kind: str, name: str, number: str) -> dict[str, Any]:
    return {"id": ident(slug), "slug": slug, "kind": kind, "display_name": name, "account_number": number}


WORKSPACES = {
    each["slug"]: each
    for each in (
        workspace("larkspur", "provider", "Larkspur Cloud", "LKS-00001"),
        workspace("meridian", "partner", "Meridian Partners", "MER-20011"),
        workspace("northwind", "customer", "Northwind Logistics", "NWL-20418"),
        workspace("halcyon", "customer", "Halcyon Health", "HAL-20377"),
    )
}


def choice(slug: str, default: bool) -> dict[str, Any]:
    shown = {name: WORKSPACES[slug][name] for name in ("id", "slug", "display_name", "kind")}
    return shown | {"default": default}


def permissions_of(role: str, kind: str, level: Callable[..., str | None]) -> dict[str, str]:
    found = {name: level(name, role, kind) for name in PERMISSIONS}
    return {name: value for name, value in found.items() if value}


def preview(minutes: float = 14.5) -> dict[str, Any]:
    """What a token says of a preview that ends in so many minutes."""
    ends = now() + timedelta(minutes=minutes)
    return {"bill_group_id": ident("group"), "bill_group_name": "Berlin", "expires_at": ends.isoformat()}


INVITATION_LOOK = {
    "workspace": {"display_name": "Northwind Logistics", "kind": "customer"},
    "inviter": "Ana Oliveira",
    "inviter_company": "Meridian Partners",
    "role": "admin",
    "locations": [],
    "address_hint": "j•••@northwind.example",
}
INVITATIONS = [
    {"id": ident("invitation"), "address": "mei@northwind.example", "display_name": "Mei Tanaka", "role": "regular",
     "state": "pending", "inviter": "Jonas Weber", "sent_at": at(days=1), "expires_at": at(days=-6),
     "reminded_at": None, "undelivered_at": None},
]  # fmt: skip
CONTACTS = [
    {"id": ident("ops"), "kind": "admin", "address": "ops@meridian.example", "display_name": "Operations",
     "wants_service_mail": True, "wants_deletion_mail": True, "wants_reminder_mail": True,
     "mail_returned_at": None},
    {"id": ident("noc"), "kind": "technical", "address": "noc@meridian.example", "display_name": "Network centre",
     "wants_service_mail": False, "wants_deletion_mail": False, "wants_reminder_mail": False,
     "mail_returned_at": "2026-11-20T10:00:00Z"},
]  # fmt: skip


def members() -> list[dict[str, Any]]:
    seen: dict[str, str | None] = {"ana": at(minutes=2), "tom": at(days=1), "priya": at(days=4), "lena": None}
    return [PEOPLE[key] | {"role": role, "last_active_at": seen[key], "mail_returned_at": None}
            for key, role in ROLES.items()]  # fmt: skip


def value(thing: Any) -> dict[str, Any]:
    return {"state": "value", "value": thing}


HIDDEN = {"state": "hidden", "value": None}
UNAVAILABLE = {"state": "unavailable", "value": None}
CELLS = ("mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at", "last_order_at")


def customer(name: str, number: str, role: str = "admin", status: str = "connected", **cells: Any) -> dict[str, Any]:
    slug = name.split(maxsplit=1)[0].lower()
    given = {cell: cells.get(cell, HIDDEN if role == "support" else value(0)) for cell in CELLS}
    if role != "support":
        given["mrr"] = cells.get("mrr", value([]))
        for cell in ("last_activity_at", "last_order_at"):
            given[cell] = cells.get(cell, value(None))
    return {"id": ident(slug), "slug": slug, "display_name": name, "account_number": number, "status": status,
            "suspended_at": None, "closes_at": None, "closed_at": None, "may_enter": True,
            "role": role, "contact": cells.get("contact"), "invitation": cells.get("invitation"), **given}  # fmt: skip


def usd(minor: int) -> dict[str, Any]:
    return value([{"currency": "USD", "amount_minor": minor}])


def counted(mrr: int, ports: int, circuits: int, clouds: int, active: timedelta, ordered: timedelta) -> dict[str, Any]:
    began = now()
    return {
        "mrr": usd(mrr), "ports": value(ports), "virtual_circuits": value(circuits), "cloud_connections": value(clouds),
        "last_activity_at": value((began - active).isoformat()), "last_order_at": value((began - ordered).isoformat()),
    }  # fmt: skip


def hours(count: float) -> timedelta:
    """Of an age that reads the same while the tests run, which begins when this is imported."""
    return timedelta(hours=count)


CUSTOMERS = [
    customer("Northwind Logistics", "NWL-20418", **counted(1842000, 12, 34, 9, hours(72), hours(48))),
    customer("Halcyon Health", "HAL-20377", **counted(1496000, 8, 27, 11, hours(3), hours(144))),
    customer("Brightwater Media", "BWM-20391", "regular", **counted(987550, 6, 19, 4, hours(7), hours(24))),
    customer("Osei & Daughters Imports", "OSE-20422", **counted(731000, 4, 12, 3, hours(24), hours(264))),
    customer("Kestrel Insurance Group", "KIG-20366", "read_only", **counted(624000, 6, 9, 2, hours(50), hours(460))),
    customer("Fjord Analytics", "FJA-20431", **counted(318000, 2, 8, 5, hours(75), hours(80)) | {"ports": UNAVAILABLE}),
    customer("Verdigris Studio", "VER-20298"),
    customer("Tiller Robotics", "TIL-20405", "support"),
]


def pending(**told: str) -> dict[str, str | None]:
    """An invitation that was sent 5 hours ago."""
    sent = {"sent_at": at(hours=5), "expires_at": (now() + timedelta(days=7, hours=-5)).isoformat()}
    return sent | {"reminded_at": None, "undelivered_at": None} | told


NOT_CONNECTED = [
    customer("Pampas Foods", "PAM-20440", status="not_connected"),
    customer("Quarry Lane Dental", "QLD-20275", status="not_connected", invitation=pending(),
             contact={"address": "office@quarrylane.example", "display_name": "Rosa Lind"}),
]  # fmt: skip


def partner(name: str, slug: str, number: str, status: str = "connected", **cells: Any) -> dict[str, Any]:
    nothing = {cell: value(0) for cell in CELLS[1:4]} | {"customers": value(0), "mrr": value([])}
    return {"id": ident(slug), "slug": slug, "display_name": name, "account_number": number, "status": status,
            "suspended_at": None, "closes_at": None, "closed_at": None, "may_enter": True,
            "role": "admin", "contact": {"address": f"office@{slug}.example", "display_name": "The office"},
            "last_activity_at": value(None), "invitation": None} | nothing | cells  # fmt: skip


PARTNERS = [
    partner("Alder Networks", "alder", "ALD-20013", "not_connected", invitation=pending()),
    partner("Birch Telecom", "birch", "BIR-20014", role="support", **dict.fromkeys(
        ("customers", "mrr", "ports", "virtual_circuits", "cloud_connections", "last_activity_at"), HIDDEN)),
    partner("Meridian Partners", "meridian", "MER-20011", customers=value(8), ports=value(36),
            mrr=value([{"currency": "EUR", "amount_minor": 5998550}, {"currency": "USD", "amount_minor": 700}]),
            virtual_circuits=value(109), cloud_connections=value(34), last_activity_at=value(at(days=3))),
]  # fmt: skip


def customers_page(session: Any, query: Mapping[str, str]) -> dict[str, Any]:
    if query.get("status") == "not_connected":
        return {"items": NOT_CONNECTED, "next": None, "totals": None, "inactive_hidden": 0, "too_many_found": False}
    word, hide = query.get("q", "").lower(), query.get("hide_inactive") == "true"
    found = [each for each in CUSTOMERS if word in each["display_name"].lower()]
    shown = [each for each in found if not (hide and each["slug"] == "verdigris")]
    totals = {
        "customers": 8,
        "mrr": usd(5998550)["value"],
        "ports": 36,
        "virtual_circuits": 109,
        "cloud_connections": 34,
    }
    left_out = len(found) - len(shown)
    return {"items": shown, "next": None, "totals": totals, "inactive_hidden": left_out, "too_many_found": False}
