"""Server-side sessions and their tokens of 60 seconds (D12, D14, D29, K25 to K28)."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.fernet import InvalidToken
from joserfc import jws
from pydantic import SecretStr

from services.identity.keys.service import opened_key, reseal_keys, rotate_keys, signing_key
from services.identity.sessions.standing import read_standing
from services.identity.tokens.schemas import TokenRead
from services.identity.tokens.service import make_token
from tests.harness.services import SERVICE_KEY
from tests.identity.documented import assert_documented
from tests.identity.harness import JONAS, TOM, IdentityHarness, Person, Story, expire_sessions


async def trade(person: Person) -> Any:
    return await person.identity.http.post("/api/identity/tokens", json={"session": person.session})


async def join_northwind(story: Story) -> None:
    """Tom becomes a member of Northwind too, and switches back to Meridian."""
    await story.jonas.post("invitations", {"address": TOM, "display_name": "Tom", "role": "read_only"})
    token = (await story.identity.mails(TOM))[-1].token
    body = {"token": token, "browser": story.tom.browser, "session": story.tom.session}
    await story.identity.http.post("/api/identity/sign-in-challenges/invited", json=body)
    await story.tom.ask("POST", "sessions/switch", {"workspace": "meridian-partners"})


async def test_a_token_tells_a_page_who_where_and_what(story: Story) -> None:
    here = await story.jonas.token()

    assert here["user"]["address"] == JONAS
    assert here["workspace"].keys() == {"id", "slug", "kind", "display_name", "account_number"}
    assert (here["via"], here["roles"], here["home_workspace"], here["ended"]) == ("self", ["admin"], None, None)
    assert here["permissions"]["user.invite"] == "all"
    assert "partner.create" not in here["permissions"], "of the provider alone"
    assert await story.jonas.get("workspaces/current") == here["workspace"]


@pytest.mark.parametrize("on_behalf", [False, True])
async def test_a_token_is_answered_as_documented(story: Story, on_behalf: bool) -> None:
    if on_behalf:
        await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})

    told = await story.ana.token()

    assert_documented(TokenRead, told)
    assert (told["home_workspace"] is not None) == on_behalf


async def token_at(person: Person, at: datetime) -> str:
    """The access token that the person would get at that moment."""
    runtime = person.identity.runtime
    standing = await read_standing(runtime.pool, person.session, at)
    secret = runtime.settings.key_secret  # type: ignore[attr-defined]
    signer = await opened_key(standing.sealed_key, runtime.sessions, secret, at)
    return str(make_token(standing, signer, at)["access_token"])


@pytest.mark.rule("D29")
async def test_the_same_token_is_answered_for_ten_seconds_unless_something_in_it_changes(story: Story) -> None:
    began = datetime.fromtimestamp((time.time() // 10 + 1) * 10, UTC)

    first = await token_at(story.tom, began)
    again = await token_at(story.tom, began + timedelta(seconds=9.9))
    later = await token_at(story.tom, began + timedelta(seconds=10))
    await story.ana.ask("PATCH", f"users/{await story.tom.user_id()}", {"role": "read_only"})
    changed = await token_at(story.tom, began + timedelta(seconds=9.9))

    assert first == again
    assert len({first, later, changed}) == 3
    lives = claims(first)["exp"] - began.timestamp()
    assert (lives, claims(changed)["gv"]) == (60, claims(first)["gv"] + 1)


def claims(token: str) -> Any:
    return orjson.loads(jws.extract_compact(token.encode()).payload)


@pytest.mark.rule("K25", "K26", "K28")
async def test_one_switches_between_the_workspaces_that_one_belongs_to(story: Story) -> None:
    await join_northwind(story)

    before = await story.tom.token()
    switched = await story.tom.ask("POST", "sessions/switch", {"workspace": "northwind-logistics"})
    after = await story.tom.token()

    assert [w["slug"] for w in before["workspaces"]] == ["meridian-partners", "northwind-logistics"]
    assert switched.json()["workspace"]["slug"] == after["workspace"]["slug"] == "northwind-logistics"
    assert (before["roles"], after["roles"]) == (["regular"], ["read_only"])
    assert len((await story.jonas.token())["workspaces"]) == 1, "nothing to switch to"


@pytest.mark.rule("K25")
async def test_one_cannot_switch_to_a_workspace_of_others(story: Story) -> None:
    await story.link_tom("regular")

    linked = await story.tom.ask("POST", "sessions/switch", {"workspace": "northwind-logistics"})
    unknown = await story.tom.ask("POST", "sessions/switch", {"workspace": "no-such-workspace"})

    assert linked.status_code == unknown.status_code == 409
    assert linked.json()["type"] == unknown.json()["type"] == "/problems/not-a-member"


@pytest.mark.rule("D12", "P26")
async def test_switching_ends_the_work_on_behalf(story: Story) -> None:
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})

    await story.ana.ask("POST", "sessions/switch", {"workspace": "meridian-partners"})

    assert ((await story.ana.token())["via"], (await story.ana.token())["workspace"]["slug"]) == (
        "self",
        "meridian-partners",
    )
    assert await story.identity.problems() == []


@pytest.mark.rule("K27", "D19")
async def test_signing_in_leads_to_the_default_workspace_and_is_filed_there(story: Story) -> None:
    await join_northwind(story)
    await story.tom.ask("POST", "sessions/switch", {"workspace": "northwind-logistics"})

    tom = await story.identity.sign_in(TOM)

    here = await tom.token()
    assert here["workspace"]["slug"] == "meridian-partners"
    assert (await story.identity.events("user_signed_in"))[-1]["workspace_id"] == here["workspace"]["id"]


@pytest.mark.rule("S35", "D14")
async def test_signing_out_refuses_the_tokens_of_that_session_and_of_no_other(story: Story) -> None:
    other = await story.identity.sign_in(JONAS)
    token = (await story.jonas.token())["access_token"]

    ended = await story.identity.http.post("/api/identity/sessions/end", json={"session": story.jonas.session})
    again = await story.identity.http.post("/api/identity/sessions/end", json={"session": story.jonas.session})

    assert (ended.status_code, again.status_code) == (204, 204)
    assert (await story.jonas.ask("GET", "users", token=token)).status_code == 401
    assert (await trade(story.jonas)).json()["type"] == "/problems/session-over"
    assert (await trade(other)).status_code == 200
    assert [event["reason"] for event in await story.identity.events("session_ended")] == ["signed_out"]


async def test_signing_out_ends_the_work_on_behalf_too(story: Story) -> None:
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})

    await story.identity.http.post("/api/identity/sessions/end", json={"session": story.ana.session})

    (ended,) = await story.identity.events("on_behalf_ended")
    (over,) = await story.identity.events("session_ended")
    assert (ended["reason"], ended["workspace_id"]) == ("ended", story.northwind)
    assert over["workspace_id"] != story.northwind
    assert await story.identity.problems() == []


@pytest.mark.rule("S35")
@pytest.mark.parametrize(("column", "age"), [("last_seen_at", "12 hours"), ("expires_at", "0 seconds")])
async def test_a_session_ends_when_it_idles_or_is_too_old(story: Story, column: str, age: str) -> None:
    await story.ana.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})
    await story.identity.sql(
        f"UPDATE sessions SET {column} = now() - interval '{age}' WHERE id IN (SELECT session_id FROM grants)"
    )

    refused = await trade(story.ana)
    ended = await story.identity.work(expire_sessions)

    assert (refused.status_code, ended) == (401, 1)
    assert [e["reason"] for e in await story.identity.events("session_ended")] == ["expired"]
    assert [e["reason"] for e in await story.identity.events("on_behalf_ended")] == ["expired"]
    assert await story.identity.problems() == []


async def test_nobody_is_signed_out_when_business_time_jumps(story: Story) -> None:
    story.identity.move_clock(timedelta(days=60))

    assert await story.identity.work(expire_sessions) == 0
    assert (await trade(story.jonas)).status_code == 200


@pytest.mark.rule("D14")
async def test_who_loses_a_workspace_goes_on_in_another_and_is_told_why(story: Story) -> None:
    await join_northwind(story)
    await story.ana.ask("DELETE", f"users/{await story.tom.user_id()}")

    here = await story.tom.token()

    assert here["workspace"]["slug"] == "northwind-logistics"
    assert here["ended"] == {"reason": "revoked", "workspace_display_name": "Meridian Partners"}
    assert (await story.identity.sign_in(TOM)).session
    await story.tom.open_page()
    assert (await story.tom.token())["ended"] is None


@pytest.mark.rule("D29")
async def test_a_service_with_a_stale_copy_gets_all_grants_with_their_version(story: Story) -> None:
    await story.link_tom("regular")
    await story.tom.ask("POST", "on-behalf", {"workspace": "northwind-logistics"})
    path = f"/api/identity/grants/{await story.tom.user_id()}"

    answer = await story.identity.http.get(path, headers=story.identity.as_service())

    told = answer.json()
    assert [(g["source"], g["role"]) for g in sorted(told["grants"], key=lambda g: g["source"])] == [
        ("invitation", "regular"),
        ("link", "regular"),
        ("on_behalf", "regular"),
    ]
    assert told["version"] == 4
    assert (await story.identity.http.get(path)).status_code == 401
    assert (await story.tom.ask("GET", path.removeprefix("/api/identity/"))).status_code == 401


async def test_keys_rotate_without_downtime(story: Story) -> None:
    identity = story.identity
    before = (await identity.http.get("/api/identity/keys")).json()["keys"]
    old_token = (await story.jonas.token())["access_token"]

    async with identity.runtime.worker_sessions.begin() as session:
        await rotate_keys(session, identity.runtime.settings.key_secret, identity.runtime.clock.real_now())  # type: ignore[attr-defined]
    after = (await identity.http.get("/api/identity/keys")).json()["keys"]
    new_token = (await story.jonas.token())["access_token"]

    assert len(before) == 2
    assert [key["kid"] for key in after[:2]] == [key["kid"] for key in before], "the old one is published on"
    assert len(after) == 3
    assert not any("d" in key for key in after), "no private half"
    for token in (old_token, new_token):
        assert (await story.jonas.ask("GET", "users", token=token)).status_code == 200


async def test_the_secret_of_the_keys_is_rotated_and_the_old_one_opens_none_of_them(story: Story) -> None:
    runtime = story.identity.runtime
    former: str = runtime.settings.key_secret.get_secret_value()  # type: ignore[attr-defined]
    await story.jonas.token()

    async with runtime.worker_sessions.begin() as session:
        assert await reseal_keys(session, SecretStr(f"of-this-year,{former}")) == 2
        assert await reseal_keys(session, SecretStr("of-this-year")) == 2, "they need the old one no more"
        assert await signing_key(session, SecretStr("of-this-year"), runtime.clock.real_now())
        with pytest.raises(InvalidToken):
            await signing_key(session, SecretStr(former), runtime.clock.real_now())
        await reseal_keys(session, SecretStr(f"{former},of-this-year"))
    assert await story.jonas.token()


async def test_any_of_the_services_keys_opens_what_is_for_services(story: Story) -> None:
    path, settings = f"/api/identity/grants/{await story.tom.user_id()}", story.identity.runtime.settings
    for keys, status in ((f"new-key,{SERVICE_KEY}", 200), ("new-key", 401), (SERVICE_KEY, 200)):
        settings.service_key = SecretStr(keys)
        sent = {"Authorization": f"Bearer {SERVICE_KEY}"}
        assert (await story.identity.http.get(path, headers=sent)).status_code == status


async def test_private_keys_are_encrypted_at_rest(identity: IdentityHarness) -> None:
    await identity.http.get("/api/identity/keys")

    rows = await identity.sql("SELECT sealed_private_jwk FROM signing_keys")

    assert len(rows) == 2
    assert not any(b'"d"' in bytes(row["sealed_private_jwk"]) for row in rows)


async def test_the_first_keys_are_created_once_under_concurrency(identity: IdentityHarness) -> None:
    answers = await asyncio.gather(*(identity.http.get("/api/identity/keys") for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(await identity.sql("SELECT id FROM signing_keys")) == 2
