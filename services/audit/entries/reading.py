"""Entries as somebody may see them: decrypted, with names, and without what is hidden from them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from pydantic import SecretStr

from services.audit.entries.details import MoneySeen
from services.audit.entries.listing import NEWEST, Wanted, list_entries
from services.audit.names.learning import read_id
from services.audit.personal_data.service import Keys, decrypt, unwrap
from services.audit.places.learning import FIELDS
from shared.errors import Invalid
from shared.events import Via
from shared.field_errors import field_error
from shared.pages import decode_cursor, encode_cursor, read_stored
from shared.reads import ScopedReads

log = structlog.get_logger()

NAMED = (
    "user_id", "ordered_by", "contact_id", "service_id", "order_id", "product_id", "plan_id", "invoice_id",
    "bill_group_id", "home_workspace_id",
)  # fmt: skip
"""The details with ids of what has a name."""
NAMED_IN_GRANT = ("bill_group_id", "workspace_id")

# Names and places for all ids of a page at once. Ids of objects, workspaces and people differ.
_LOOK_UP = """
SELECT n.object_id AS id, n.label, NULL::bytea AS sealed, NULL::uuid AS person_id, NULL::bytea AS wrapped_key
FROM names n WHERE n.workspace_id = $1 AND n.object_id = ANY ($2)
UNION ALL
SELECT w.id, w.display_name, NULL, NULL, NULL FROM workspace_copies w WHERE w.id = ANY ($2)
UNION ALL
SELECT k.person_id, NULL, k.name_sealed, k.person_id, k.wrapped_key
FROM person_keys k WHERE k.person_id = ANY ($2) AND k.name_sealed IS NOT NULL
UNION ALL
SELECT s.id, NULL, s.place_sealed, s.person_id, k.wrapped_key
FROM sessions s JOIN person_keys k ON k.person_id = s.person_id WHERE s.id = ANY ($3)"""


Entry = dict[str, Any]
"""In the shape of `EntryRead`."""


async def page_of_entries(
    read: ScopedReads, secret: SecretStr, wanted: Wanted, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of the log. Raises `Invalid` for what has no other filters."""
    if wanted.excludes_each_other:
        name = "/subject_id" if wanted.subject_id else "/correlation_id"
        alone = field_error(name, "does_not_fit", "goes with no other filter but from and to")
        raise Invalid("An object's history and what belongs to a request have no other filter but dates.",
                      errors=[alone])  # fmt: skip
    before = decode_cursor(cursor, tuple[datetime, int]) if cursor else NEWEST
    found = await list_entries(read, secret, wanted, before, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    following = encode_cursor(shown[-1]["at"], shown[-1]["position"]) if more else None
    return {"items": await read_entries(read, secret, shown), "next": following}


async def read_entries(read: ScopedReads, secret: SecretStr, rows: Sequence[Any]) -> list[Entry]:
    """The entries of these rows. What money is left out says `MoneySeen` (P21). From where somebody came is told to
    colleagues alone: of what people of this workspace did themselves, and to those who belong to it."""
    wrapped = {row["actor_id"]: row["actor_key"] for row in rows} | {r["person_id"]: r["person_key"] for r in rows}
    wrapped.pop(None, None)
    keys, money = unwrap(wrapped, secret), MoneySeen.by(read.access)
    entries, sessions = list[Entry](), dict[int, UUID]()
    for number, row in enumerate(rows):
        actor = decrypt(keys, row["actor_id"], row["actor_sealed"])
        colleagues = row["via"] == read.access.via == Via.own
        entries.append(_entry(row, keys, actor.get("address"), money, placed=colleagues))
        session_id = read_id(actor.get("session_id"))
        if colleagues and session_id:
            sessions[number] = session_id
    await _add_names(read, secret, entries, sessions)
    return entries


def _entry(row: Any, keys: Keys, address: str | None, money: MoneySeen, *, placed: bool) -> Entry:
    """One entry, without names. What is stored and cannot be read takes nothing else of the page with it."""
    details, hidden = read_stored(row["details"]), list[str]()
    if details is None:
        log.error("entry.unreadable", entry_id=str(row["id"]))
    else:
        details |= decrypt(keys, row["person_id"], row["details_sealed"])
        hidden = money.hidden_of(row["action"], details)
        if not placed:
            hidden = sorted({*hidden, *(FIELDS & details.keys())})
        details = {name: value for name, value in details.items() if name not in hidden}
    return {
        "id": row["id"],
        "seq": row["seq"],
        "at": row["at"],
        "action": row["action"],
        "title": title_of(row["action"]),
        "actor": {"id": row["actor_id"], "address": address, "display_name": None, "via": row["via"]},
        "place": None,
        "subject": {"type": row["subject_type"], "id": row["subject_id"]},
        "names": {},
        "correlation_id": row["correlation_id"],
        "details": details,
        "hidden": hidden,
    }


async def _add_names(read: ScopedReads, secret: SecretStr, entries: Sequence[Entry], sessions: dict[int, UUID]) -> None:
    """Add the names of everything in these entries, and the places of their sessions, in one round trip."""
    named = [set(_ids(entry)) for entry in entries]
    if not named:
        return
    asked = [list(set.union(*named)), list(set(sessions.values()))]
    found = await read.fetch(_LOOK_UP, read.access.workspace_id, *asked)
    keys = unwrap({row["person_id"]: row["wrapped_key"] for row in found if row["person_id"]}, secret)
    opened = {row["id"]: decrypt(keys, row["person_id"], row["sealed"]) for row in found if row["sealed"]}
    labels = {row["id"]: row["label"] or opened.get(row["id"], {}).get("name") for row in found}
    for number, (entry, ids) in enumerate(zip(entries, named, strict=True)):
        entry["names"] = {str(each): labels[each] for each in ids if labels.get(each)}
        entry["actor"]["display_name"] = labels.get(entry["actor"]["id"])
        place = opened.get(sessions[number]) if number in sessions else None
        entry["place"] = {name: place.get(name) for name in FIELDS} if place else None


def _ids(entry: Entry) -> Iterator[UUID]:
    """The ids in an entry of what could have a name."""
    yield entry["subject"]["id"]
    if entry["actor"]["id"]:
        yield entry["actor"]["id"]
    details = entry["details"] or {}
    grant = details.get("grant")
    found = [details.get(name) for name in NAMED]
    found += [grant.get(name) for name in NAMED_IN_GRANT] if isinstance(grant, dict) else []
    yield from filter(None, map(read_id, found))


def title_of(action: str) -> str:
    """A readable title: ``provisioning.order_placed`` becomes "Order placed"."""
    words = action.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]
