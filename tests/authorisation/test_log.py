"""The log has all that people do: each operation that changes something says so once, in the name of who did it."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.authorisation.deeds import Deed, Kept, deeds, kept, withdrawals
from tests.authorisation.logged import LOGGED, UNLOGGED, Logged
from tests.authorisation.matrix import OPERATIONS
from tests.authorisation.preparing import EXAMPLES, prepared
from tests.authorisation.world import World
from tests.contracts.openapi import Operation

CHANGING = [operation for operation in OPERATIONS if operation.method != "GET"]
IN_TWO_STEPS = {"PUT /provisioning/releases/{release_id}/files/{name}"}
"""Of these the matrix undoes the first of two transactions, so that they are never done here:
tests/provisioning/test_releases.py."""
SILENT = UNLOGGED.keys() - IN_TWO_STEPS
WITHDRAWAL = "POST /identity/access-requests/own/{asked_id}/withdraw"
OWN = {"identity.session_ended", "identity.user_updated", "identity.user_signed_in", "identity.access_requested",
       "identity.access_request_withdrawn", "identity.erasure_requested", "identity.erasure_withdrawn",
       "identity.own_data_downloaded",
       "notifications.preferences_changed", "notifications.message_asked_again"}  # fmt: skip
"""What people do with themselves, in whatever workspace they act."""
FOLLOWS = {"billing.payment_failed", "identity.customer_left", "identity.customer_joined"}
"""What belongs to whoever began it, although somebody else notices it; and what sellers are told of a customer, without
its people."""
NAMELESS = {"identity.invitation_declined", "notifications.contact_preference_changed"}
"""What people do who are none yet, and contacts, who are none."""
DOORS = {"identity.on_behalf_started": "on_behalf", "identity.on_behalf_ended": "on_behalf",
         "identity.preview_opened": "preview", "identity.preview_ended": "preview"}  # fmt: skip


def name_of(operation: Operation) -> str:
    return str(operation).replace("/api/", "/")


def door_of(event: dict[str, Any], deed: Deed) -> set[str]:
    """By which door the log may say that the person came: their own, the token's, or that of staff who work from above
    in a workspace below theirs."""
    if event["name"] in OWN or event.get("by") == "person":
        return {"self"}
    if event["name"] in DOORS and event["user_id"] == deed.by:
        return {DOORS[event["name"]]}
    if event["name"] == "identity.access_revoked" and event["user_id"] == deed.by:
        return {"self", "parent"}  # who leaves takes their own access, and their links to workspaces below
    return {deed.via} if event["workspace_id"] == deed.here else {"parent"}


def _about(event: dict[str, Any]) -> tuple[str, ...]:
    """What an event is about. Somebody may work on behalf in several browsers: each ends by itself."""
    in_session = (event.get("grant") or {}).get("session_id")
    return event["name"], event["subject"]["id"], event["workspace_id"], str(in_session)


def surprises(deed: Deed, expected: Logged) -> list[str]:
    """What is wrong with what one request has said."""
    names = {event["name"] for event in deed.events}
    found = Counter(map(_about, deed.events))
    wrong = [f"{name} said {count} times" for (name, *_), count in found.items() if count > 1]
    if not deed.response.is_success and deed.response.status_code != 303:
        return [*wrong, f"not done: {deed.response.text[:200]}"]
    if not deed.events:
        return [*wrong, "changed in silence"] if deed.tables else wrong
    if len(names & set(expected.one_of)) != 1 or names - {*expected.one_of, *expected.also}:
        wrong.append("not what the table says")
    for event in deed.events:
        actor = event["actor"]
        if event["name"] in expected.also & FOLLOWS or event["name"] in NAMELESS:
            continue
        if actor["kind"] != "user" or (deed.by and actor["user_id"] != deed.by) or not actor["address"]:
            wrong.append(f"{event['name']} in another name")
        if deed.by and actor["via"] not in door_of(event, deed):
            wrong.append(f"{event['name']} by another door")
    return wrong


async def done(world: World, operation: Operation, seen: Kept) -> AsyncIterator[Deed]:
    name = name_of(operation)
    found = withdrawals(world, seen) if name == WITHDRAWAL else deeds(world, operation, seen, EXAMPLES.get(name))
    async for deed in found:
        yield deed


def test_each_operation_that_can_change_something_is_logged_or_says_why_not() -> None:
    assert {*LOGGED, *UNLOGGED} == {name_of(operation) for operation in CHANGING}
    assert not LOGGED.keys() & UNLOGGED.keys()
    assert EXAMPLES.keys() <= LOGGED.keys()
    assert all(UNLOGGED.values())


@pytest.mark.rule("K14", "D11")
@pytest.mark.parametrize("operation", [each for each in CHANGING if name_of(each) in LOGGED], ids=str)
async def test_what_is_done_is_logged_once_in_the_name_of_who_did_it(operation: Operation, whole_world: World) -> None:
    name = name_of(operation)

    async with kept(whole_world.installation) as seen, prepared(whole_world, name):
        found = [deed async for deed in done(whole_world, operation, seen)]

    assert [(str(deed), wrong) for deed in found for wrong in surprises(deed, LOGGED[name])] == []
    assert {event["name"] for deed in found for event in deed.events} & set(LOGGED[name].one_of)


@pytest.mark.rule("K14")
@pytest.mark.parametrize(
    "operation", [each for each in CHANGING if name_of(each) in UNLOGGED.keys() - IN_TWO_STEPS], ids=str
)
async def test_what_is_not_logged_says_nothing(operation: Operation, whole_world: World) -> None:
    async with kept(whole_world.installation) as seen:
        found = [deed async for deed in done(whole_world, operation, seen)]

    assert found
    assert [str(deed) for deed in found if deed.events or not deed.response.is_success] == []
