"""Learns the names of objects and people from events, in whatever order they arrive.

Names of workspaces are in the copies that every service has. Names of people are personal data: they are encrypted with
the person's key, so that erasing the person erases them (D27).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.personal_data.service import Keys, encrypt
from shared.events import REGISTRY, Envelope, Event
from shared.events.billing import (
    BillGroupCreated,
    InvoiceEvent,
    PlanOffered,
    PlanPublished,
    PlanWithdrawn,
    QuoteEvent,
    QuoteNoteWritten,
    SubscriptionEnded,
    SubscriptionExpiring,
    SubscriptionRenewalRefused,
    SubscriptionRenewed,
)
from shared.events.identity import ContactAdded, UserRegistered, UserUpdated
from shared.events.provisioning import (
    AssetDescribed,
    HostEvent,
    LicenceEvent,
    LocationEvent,
    ManualTaskEvent,
    OperationEvent,
    OrderEvent,
    OrderRequestEvent,
    ProductOffered,
    ProductPublished,
    ProductWithdrawn,
    QuoteOrderRefused,
    ReleaseEvent,
    ServiceLabelled,
    ServiceRenamed,
    ServiceStateEvent,
    SiteEvent,
)

Naming = Mapping[str, tuple[str, ...]]
"""The fields with ids, each with the fields with its name: the first that has one counts."""

NAMED_SERVICE = ("display_name", "product_name")
NAMING: Mapping[type[Event], Naming] = {
    OrderEvent: {"order_id": NAMED_SERVICE, "service_id": NAMED_SERVICE, "product_id": ("product_name",)},
    OrderRequestEvent: {"order_id": NAMED_SERVICE, "product_id": ("product_name",)},
    OperationEvent: {"service_id": ("display_name",)},
    ServiceStateEvent: {"service_id": ("display_name",), "product_id": ("product_name",)},
    ServiceLabelled: {"service_id": ("display_name",)},
    ServiceRenamed: {"service_id": ("display_name",)},
    SiteEvent: {"site_id": ("display_name",)},
    LocationEvent: {"location_id": ("display_name",)},
    ManualTaskEvent: {"service_id": ("display_name",)},
    AssetDescribed: {"service_id": ("display_name",)},
    LicenceEvent: {
        "licence_id": ("display_name",),
        "service_id": ("display_name",),
        "product_id": ("product_name",),
    },
    ReleaseEvent: {"release_id": ("release_version",), "product_id": ("product_name",)},
    HostEvent: {"host_id": ("display_name",), "site_id": ("site_name",)},
    ProductPublished: {"product_id": ("display_name",)},
    ProductWithdrawn: {"product_id": ("display_name",)},
    ProductOffered: {"product_id": ("display_name",)},
    PlanPublished: {"plan_id": ("display_name",)},
    PlanWithdrawn: {"plan_id": ("display_name",)},
    PlanOffered: {"plan_id": ("display_name",)},
    BillGroupCreated: {"bill_group_id": ("display_name",)},
    SubscriptionEnded: {"service_id": ("display_name",)},
    SubscriptionExpiring: {"service_id": ("display_name",)},
    SubscriptionRenewalRefused: {"service_id": ("display_name",)},
    SubscriptionRenewed: {"service_id": ("display_name",)},
    InvoiceEvent: {"invoice_id": ("number",)},
    QuoteEvent: {"quote_id": ("number",)},
    QuoteNoteWritten: {"quote_id": ("number",)},
    QuoteOrderRefused: {"quote_id": ("number",)},
}
"""The names of objects."""
NAMING_PEOPLE: Mapping[type[Event], Naming] = {
    UserRegistered: {"user_id": ("display_name",)},
    UserUpdated: {"user_id": ("display_name",)},
    ContactAdded: {"contact_id": ("display_name",)},
}

LONGEST = 300
"""Characters of a name that are kept."""

_KEEP = text(
    "INSERT INTO names (workspace_id, object_id, label, at) SELECT * FROM unnest("
    "CAST(:workspaces AS uuid[]), CAST(:ids AS uuid[]), CAST(:labels AS text[]), CAST(:moments AS timestamptz[]))"
    " ON CONFLICT (workspace_id, object_id) DO UPDATE SET label = excluded.label, at = excluded.at"
    " WHERE names.at < excluded.at"
)
_KEEP_PEOPLE = text(
    "UPDATE person_keys k SET name_sealed = n.sealed, named_at = n.at FROM unnest("
    "CAST(:ids AS uuid[]), CAST(:sealed AS bytea[]), CAST(:moments AS timestamptz[])) AS n (person_id, sealed, at)"
    " WHERE k.person_id = n.person_id AND k.wrapped_key IS NOT NULL AND (k.named_at IS NULL OR k.named_at < n.at)"
)


def _by_event(naming: Mapping[type[Event], Naming]) -> dict[str, Naming]:
    return {name: fields for name, event in REGISTRY.items() for kind, fields in naming.items()
            if issubclass(event, kind)}  # fmt: skip


OBJECTS = _by_event(NAMING)
PEOPLE = _by_event(NAMING_PEOPLE)

Named = tuple[Envelope, UUID, str]


async def learn_names(session: AsyncSession, batch: Sequence[tuple[Envelope, dict[str, Any]]], keys: Keys) -> None:
    """Keep the newest name of each object and person that the events name. ``keys`` are those of all people in them."""
    objects = _newest(((named[0].workspace_id, named[1]), named) for named in _named(batch, OBJECTS))
    if objects:
        ordered = sorted(objects.items())  # a fixed order prevents deadlocks
        columns = {
            "workspaces": [workspace_id for (workspace_id, _), _ in ordered],
            "ids": [object_id for (_, object_id), _ in ordered],
            "labels": [label for _, (_, label) in ordered],
            "moments": [at for _, (at, _) in ordered],
        }
        await session.execute(_KEEP, columns)
    people = _newest((named[1], named) for named in _named(batch, PEOPLE))
    if people:
        sealed = [encrypt(keys, person_id, {"name": name}) for person_id, (_, name) in people.items()]
        columns = {"ids": [*people], "sealed": sealed, "moments": [at for at, _ in people.values()]}
        await session.execute(_KEEP_PEOPLE, columns)


def _named(batch: Iterable[tuple[Envelope, dict[str, Any]]], naming: Mapping[str, Naming]) -> Iterable[Named]:
    for envelope, body in batch:
        for id_field, fields in naming.get(envelope.name, {}).items():
            object_id, label = read_id(body.get(id_field)), next(filter(None, map(body.get, fields)), None)
            if object_id and isinstance(label, str) and label:
                yield envelope, object_id, label[:LONGEST]


def _newest(found: Iterable[tuple[Any, Named]]) -> dict[Any, tuple[datetime, str]]:
    newest: dict[Any, tuple[datetime, str]] = {}
    for key, (envelope, _, label) in found:
        if key not in newest or newest[key][0] < envelope.occurred_at:
            newest[key] = envelope.occurred_at, label
    return newest


def read_id(value: object) -> UUID | None:
    """An id within details; None if it is none."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
