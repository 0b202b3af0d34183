"""An invitation of a customer ends: taken back, declined, or because another address is on file."""

from typing import Any

import pytest

from tests.identity.harness import TOM, Story
from tests.identity.test_invitations import follow, look

DECLINE = "/api/identity/invitations/decline"


async def invited(story: Story, address: str) -> tuple[str, str]:
    """The path of a new customer whose ``address`` is invited, and the token of the mailed link."""
    made = await story.ana.post("customers", {"display_name": "Tidewater Labs"})
    path = f"customers/{made['id']}"
    await put_on_file(story, path, address)
    await story.ana.post(f"{path}/invite", {"role": "admin"})
    return path, (await story.identity.mails(address))[-1].token


async def put_on_file(story: Story, path: str, address: str) -> Any:
    answer = await story.ana.ask("PUT", f"{path}/contact", {"address": address, "display_name": "Kai"})
    assert answer.status_code == 200, answer.text


@pytest.mark.rule("L10", "S09")
async def test_only_who_reads_the_address_on_file_becomes_the_first_admin(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path, wrong = await invited(story, "wrong@tidewater.example")

    await put_on_file(story, path, "Wrong@tidewater.example")
    still = await look(identity, wrong)
    await put_on_file(story, path, "kai@tidewater.example")
    moved = (await ana.get(path))["invitation"]

    assert (still.json()["state"], moved) == ("pending", None)
    assert (await follow(identity, wrong)).status_code == 410
    await ana.post(f"{path}/invite", {"role": "admin"})
    assert (await (await identity.accept("kai@tidewater.example")).token())["roles"] == ["admin"]
    assert await identity.problems() == []


@pytest.mark.rule("L8", "D15")
async def test_the_parent_takes_an_invitation_back_until_it_is_accepted(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path, token = await invited(story, "kai@tidewater.example")

    taken = await ana.ask("POST", f"{path}/revoke-invitation")
    again = await ana.ask("POST", f"{path}/revoke-invitation")
    after = await ana.get(path)

    assert (taken.status_code, again.status_code, after["status"], after["invitation"]) == (
        204, 409, "not_connected", None,
    )  # fmt: skip
    assert (await follow(identity, token)).status_code == 410
    assert [e["reason"] for e in await identity.events("invitation_revoked")] == ["revoked"]
    await ana.post(f"{path}/invite", {"role": "admin"})
    await identity.accept("kai@tidewater.example")
    connected = await ana.ask("POST", f"{path}/revoke-invitation")
    assert connected.json()["type"] == "/problems/customer-connected"
    assert await identity.problems() == []


@pytest.mark.rule("S10")
async def test_an_invitation_is_declined_by_its_link_once_and_can_be_sent_anew(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path, token = await invited(story, "kai@tidewater.example")

    declined = await identity.http.post(DECLINE, json={"token": token})
    again = await identity.http.post(DECLINE, json={"token": token})

    assert (declined.status_code, again.status_code, (await follow(identity, token)).status_code) == (204, 410, 410)
    assert (await look(identity, token)).json()["state"] == "declined"
    assert (await ana.get(path))["invitation"] is None
    [event] = await identity.events("invitation_declined")
    assert (event["workspace_id"], event["actor"]["kind"]) == (path.partition("/")[2], "system")
    await ana.post(f"{path}/invite", {"role": "admin"})
    accepted = await identity.accept("kai@tidewater.example")
    token = (await identity.mails("kai@tidewater.example"))[0].token
    assert (await identity.http.post(DECLINE, json={"token": token})).status_code == 410
    assert (await accepted.token())["roles"] == ["admin"]
    assert await identity.problems() == []


@pytest.mark.rule("K14")
async def test_who_has_an_account_declines_in_their_own_name(story: Story) -> None:
    _, token = await invited(story, TOM)

    declined = await story.identity.http.post(DECLINE, json={"token": token})

    [event] = await story.identity.events("invitation_declined")
    assert declined.status_code == 204
    assert (event["actor"]["user_id"], event["actor"]["via"]) == (str(await story.tom.user_id()), "self")
