"""Access starts with an invitation, which only the invited mailbox can accept (L6 to L12, D3, D16)."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.identity.harness import ANA, JONAS, TOM, IdentityHarness, Person, Story, expire_invitations, mail_challenges

ACCEPT = "/api/identity/sign-in-challenges/invited"
LOOK = "/api/identity/invitations/look"
EVE, LOU = "eve@elsewhere.example", "lou@alder.example"
SUFFIXED = re.compile(r"northwind-logistics-[0-9a-f]{6}")


async def invite(admin: Person, address: str = "mara@northwind.example", role: str = "member") -> str:
    """Invite ``address`` and return the token of the mailed link."""
    await admin.post("invitations", {"address": address, "display_name": "Mara", "role": role})
    return [mail for mail in await admin.identity.mails(address) if mail.kind == "invitation"][-1].token


async def look(identity: IdentityHarness, token: str) -> Any:
    return await identity.http.post(LOOK, json={"token": token})


async def follow(identity: IdentityHarness, token: str, **more: Any) -> Any:
    return await identity.http.post(ACCEPT, json={"token": token, "browser": "nonce-of-this-browser"} | more)


@pytest.mark.rule("P1", "L5", "L6", "L7", "L8", "L9", "L10", "L12", "K29")
async def test_a_customer_is_connected_by_accepting_the_invitation_to_the_address_on_file(story: Story) -> None:
    ana, identity = story.ana, story.identity
    made = await ana.post("customers", {"display_name": "Tidewater Labs"})
    path = f"customers/{made['id']}"

    await ana.ask("PUT", f"{path}/contact", {"address": "kai@tidewater.example", "display_name": "Kai"})
    before = (await ana.get("customers", status="not_connected"))["items"][0]
    sent = await ana.post(f"{path}/invite", {"role": "admin"})
    invited = (await ana.get("customers", status="not_connected"))["items"][0]
    kai = await identity.accept("kai@tidewater.example")
    after = next(row for row in (await ana.get("customers"))["items"] if row["id"] == made["id"])

    assert (made["status"], before["status"], invited["status"]) == ("not_connected",) * 3
    assert (made["invitation"], before["invitation"], after["invitation"]) == (None, None, None)
    assert invited["invitation"] == {
        "sent_at": sent["sent_at"], "expires_at": sent["expires_at"], "reminded_at": None, "undelivered_at": None,
    }  # fmt: skip
    assert before["contact"] == {"address": "kai@tidewater.example", "display_name": "Kai"}
    assert (sent["address"], sent["inviter"], sent["state"]) == ("kai@tidewater.example", "Ana", "pending")
    assert after["status"] == "connected"
    here = await kai.token()
    assert (here["workspace"]["slug"], here["roles"], here["user"]["display_name"]) == (
        "tidewater-labs", ["admin"], "Kai",
    )  # fmt: skip
    assert (await identity.events("workspace_connected"))[-1]["workspace_id"] == made["id"]
    assert await identity.problems() == []


@pytest.mark.rule("L11")
async def test_nobody_can_be_invited_while_no_address_is_on_file(story: Story) -> None:
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})

    answer = await story.ana.ask("POST", f"customers/{made['id']}/invite", {"role": "admin"})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-address-on-file")
    assert [e for e in await story.identity.events("invitation_sent") if e["workspace_id"] == made["id"]] == []


@pytest.mark.rule("L7", "S07")
async def test_an_invitation_of_a_child_is_filed_with_the_child_and_says_no_secret(story: Story) -> None:
    sent = [e for e in await story.identity.events("invitation_sent") if e["workspace_id"] == story.northwind]
    mail = (await story.identity.mails(JONAS))[0]

    assert [(e["actor"]["via"], e["actor"]["address"]) for e in sent] == [("parent", ANA)]
    assert mail.kind == "invitation"
    listed = str((await story.jonas.get("invitations"))["items"])
    assert JONAS in listed
    assert mail.token not in listed + str(sent)


@pytest.mark.rule("D3")
async def test_an_invited_person_gets_the_role_that_the_inviter_chose(story: Story) -> None:
    await invite(story.jonas, role="read_only")

    mara = await story.identity.accept("mara@northwind.example")

    assert (await mara.token())["roles"] == ["read_only"]
    assert {user["address"]: user["role"] for user in (await story.jonas.get("users"))["items"]} == {
        JONAS: "admin",
        "mara@northwind.example": "read_only",
    }


async def test_sending_again_invalidates_the_old_link(story: Story) -> None:
    old = await invite(story.jonas)
    new = await invite(story.jonas)

    dead, alive = await follow(story.identity, old), await follow(story.identity, new)

    assert (dead.status_code, dead.json()["type"]) == (410, "/problems/invitation-spent")
    assert alive.json()["state"] == "code_sent"
    assert (await look(story.identity, old)).json()["state"] == "revoked"
    assert [e["reason"] for e in await story.identity.events("invitation_revoked")] == ["replaced"]


async def test_a_revoked_invitation_cannot_be_accepted_not_even_half_way(story: Story) -> None:
    token = await invite(story.jonas)
    challenge = (await follow(story.identity, token)).json()["challenge_id"]
    (pending,) = [i for i in (await story.jonas.get("invitations"))["items"] if i["state"] == "pending"]

    await story.jonas.post(f"invitations/{pending['id']}/revoke")
    mara = Person(story.identity, "mara@northwind.example", browser="nonce-of-this-browser")

    with pytest.raises(AssertionError, match="invitation-spent"):
        await mara.prove(challenge)
    assert len((await story.jonas.get("users"))["items"]) == 1
    again = await story.jonas.ask("POST", f"invitations/{pending['id']}/revoke")
    assert again.json()["type"] == "/problems/invitation-not-pending"


@pytest.mark.rule("S14")
async def test_looking_at_an_invitation_does_not_use_it(story: Story) -> None:
    token = await invite(story.jonas)

    looks = [await look(story.identity, token) for _ in range(20)]

    assert {answer.status_code for answer in looks} == {200}
    shown = looks[-1].json()
    assert (shown.pop("brand")["display_name"], shown.pop("support_address")) == ("Meridian Partners", None)
    assert shown == {
        "workspace": {"display_name": "Northwind Logistics", "kind": "customer"},
        "inviter": "Admin",
        "inviter_company": None,
        "role": "member",
        "locations": [],
        "address_hint": "m•••@northwind.example",
        "state": "pending",
        "revoked_because": None,
    }
    assert (await follow(story.identity, token)).json()["state"] == "code_sent"


@pytest.mark.rule("S09", "L12")
async def test_a_forwarded_link_admits_nobody_but_the_invited_mailbox(story: Story) -> None:
    token = await invite(story.jonas)

    followed = (await follow(story.identity, token, session=story.tom.session)).json()
    await story.identity.work(mail_challenges)

    assert followed["state"] == "code_sent"
    assert (await story.identity.mails())[-1].address == "mara@northwind.example"
    assert TOM not in str((await story.jonas.get("users"))["items"])


@pytest.mark.rule("K16", "K25")
async def test_who_is_signed_in_as_the_invited_address_joins_at_once(story: Story) -> None:
    token = await invite(story.jonas, TOM)

    answer = await follow(story.identity, token, session=story.tom.session)

    assert answer.json() == {"state": "accepted", "challenge_id": None}
    here = await story.tom.token()
    assert here["workspace"]["slug"] == "northwind-logistics"
    assert {(w["slug"], w["default"]) for w in here["workspaces"]} == {
        ("meridian-partners", True),
        ("northwind-logistics", False),
    }


@pytest.mark.rule("D16")
async def test_inviting_a_user_again_is_refused_and_their_role_stays(story: Story) -> None:
    answer = await story.ana.ask(
        "POST", "invitations", {"address": TOM.upper(), "display_name": "Tom", "role": "admin"}
    )

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-member")
    assert (await story.tom.token())["roles"] == ["regular"]


@pytest.mark.rule("S10")
async def test_concurrent_acceptances_join_once(story: Story) -> None:
    token = await invite(story.jonas, TOM)

    answers = await asyncio.gather(*(follow(story.identity, token, session=story.tom.session) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 9
    joined = [e for e in await story.identity.events("invitation_accepted") if e["workspace_id"] == story.northwind]
    assert len(joined) == 2, "Jonas and Tom"
    assert await story.identity.problems() == []


async def test_an_invitation_is_good_for_seven_days_of_real_time(story: Story) -> None:
    identity = story.identity
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    await story.ana.ask("PUT", f"customers/{made['id']}/contact", {"address": EVE, "display_name": "Eve"})
    await story.ana.post(f"customers/{made['id']}/invite", {"role": "admin"})
    token = (await identity.mails(EVE))[-1].token

    identity.move_clock(timedelta(days=30))
    assert await identity.work(expire_invitations) == 0
    await identity.sql("UPDATE invitations SET expires_at = now() WHERE address = :a", a=EVE)
    late = await follow(identity, token)
    closed = await identity.work(expire_invitations)

    assert (late.status_code, closed) == (410, 1)
    assert (await look(identity, token)).json()["state"] == "expired"
    assert (await story.ana.get("customers", status="not_connected"))["items"][0]["status"] == "not_connected"


@pytest.mark.rule("S08", "S06")
async def test_an_invitations_token_is_of_no_use_elsewhere(story: Story) -> None:
    token = await invite(story.jonas)

    as_session = await story.identity.http.post("/api/identity/tokens", json={"session": token})
    made_up = await follow(story.identity, token[::-1])
    as_challenge = await story.identity.http.post(
        f"/api/identity/sign-in-challenges/{uuid4()}/redeem", json={"browser": "n" * 20, "token": token}
    )

    assert (as_session.status_code, made_up.status_code, as_challenge.status_code) == (401, 410, 410)


@pytest.mark.rule("S19")
async def test_who_is_no_admin_invites_nobody(story: Story) -> None:
    for path in ("invitations", "customers", "partners"):
        answer = await story.tom.ask("POST", path, {"address": EVE, "display_name": "Eve", "role": "admin"})
        assert answer.status_code == 403, path


@pytest.mark.rule("D22")
async def test_a_repeated_invitation_request_sends_one_mail(story: Story) -> None:
    body = {"address": "mara@northwind.example", "display_name": "Mara", "role": "member"}

    first = await story.jonas.ask("POST", "invitations", body, key="pressed-twice")
    second = await story.jonas.ask("POST", "invitations", body, key="pressed-twice")

    assert first.json() == second.json()
    assert len(await story.identity.mails("mara@northwind.example")) == 1


async def test_a_customers_own_admins_invite_once_it_is_connected(story: Story) -> None:
    again = await story.ana.ask("POST", f"customers/{story.northwind}/invite", {"role": "admin"})

    assert (again.status_code, again.json()["type"]) == (409, "/problems/customer-connected")


@pytest.mark.rule("K29")
async def test_a_slug_is_made_from_the_name_and_nobody_is_told_whether_another_has_it(story: Story) -> None:
    """A partner that could choose one would learn whose customers exist, below others too."""
    await story.robin.post("partners", {"display_name": "Alder Networks", "address": LOU, "contact_name": "Lou"})
    lou = await story.identity.accept(LOU)

    chosen = [
        await lou.ask("POST", "customers", {"display_name": "Another", "slug": slug})
        for slug in ("northwind-logistics", "free")
    ]
    made, again = await asyncio.gather(
        *(person.post("customers", {"display_name": "Northwind Logistics"}) for person in (lou, story.ana))
    )
    odd = await lou.post("customers", {"display_name": "Łódź & Söhne"})

    assert [answer.status_code for answer in chosen] == [422, 422]
    assert chosen[0].json() == chosen[1].json()
    assert all(SUFFIXED.fullmatch(each["slug"]) for each in (made, again))
    assert odd["slug"] == "lodz-sohne"
    assert len({row["slug"] for row in (made, again, odd)}) == 3
    assert len({row["account_number"] for row in (made, again, odd)}) == 3


@pytest.mark.rule("K16", "S10")
async def test_a_new_person_who_accepts_two_invitations_at_once_is_one_person(story: Story) -> None:
    identity, address = story.identity, "mara@northwind.example"
    challenges = []
    for admin in (story.jonas, story.ana):
        token = await invite(admin, address)
        challenges.append((await follow(identity, token)).json()["challenge_id"])
    await identity.work(mail_challenges)
    codes = [mail.code for mail in await identity.mails(address) if mail.kind == "sign_in"]

    answers = await asyncio.gather(
        *(
            identity.http.post(
                f"/api/identity/sign-in-challenges/{challenge}/redeem",
                json={"browser": "nonce-of-this-browser", "code": code},
            )
            for challenge, code in zip(challenges, codes, strict=True)
        )
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1
    assert await identity.problems() == []
