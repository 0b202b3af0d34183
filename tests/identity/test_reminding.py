"""A pending invitation is reminded of once, at half of its life; one whose mail came back is shown so."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.handlers import show_undelivered_invitation
from services.identity.invitations.reminding import HALF
from services.identity.jobs import remind_invited
from shared.events.notifications import MessageFailed
from shared.jobs import JobContext
from tests.identity.harness import Mail, Story, expire_invitations
from tests.identity.test_ending_invitations import DECLINE, invited, put_on_file
from tests.identity.test_invitations import follow, invite, look

KAI, MARA = "kai@tidewater.example", "mara@northwind.example"


async def age(story: Story, address: str, by: timedelta) -> None:
    """As if the invitations of ``address`` and their mails had been sent so much earlier."""
    for table, where in (("invitations", "address = :a"), ("invitation_secrets", "address_key = :a")):
        await story.identity.sql(
            f"UPDATE {table} SET sent_at = sent_at - CAST(:by AS interval) WHERE {where}", by=by, a=address
        )
    await story.identity.sql(
        "UPDATE invitations SET expires_at = expires_at - CAST(:by AS interval) WHERE address = :a", by=by, a=address
    )


async def invitation_mails(story: Story, address: str) -> list[Mail]:
    return [mail for mail in await story.identity.mails(address) if mail.kind == "invitation"]


async def come_back(story: Story, workspace_id: str, mail_id: object) -> None:
    """What notifications says when it could not deliver the mail."""
    failed = MessageFailed(
        workspace_id=UUID(workspace_id), message_id=uuid4(), topic="invitation", recipient_kind="mailbox",
        reason="The mail server answered 550.", invitation_mail_id=UUID(str(mail_id)),
        occurred_at=story.identity.runtime.clock.now(),
    )  # fmt: skip
    await story.identity.hear(show_undelivered_invitation, failed)


async def newest(story: Story) -> dict[str, Any]:
    """The pending invitation to Northwind."""
    [pending] = (await story.jonas.get("invitations", state="pending"))["items"]
    return dict(pending)


@pytest.mark.rule("L9", "L12")
async def test_a_customer_is_reminded_once_with_a_link_of_its_own_that_works(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path, first = await invited(story, KAI)
    await age(story, KAI, HALF - timedelta(minutes=1))
    early = await identity.work(remind_invited)

    await age(story, KAI, timedelta(minutes=1))
    done = await identity.work(remind_invited), await identity.work(remind_invited)

    pending = (await ana.get(path))["invitation"]
    mails = await invitation_mails(story, KAI)
    assert (early, *done, len(mails)) == (0, 1, 0, 2)
    assert [mail.letter["reminder"] for mail in mails] == [False, True]
    assert mails[1].token != first
    assert mails[1].letter["expires_at"] == pending["expires_at"].replace("Z", "+00:00")
    assert pending["reminded_at"] > pending["sent_at"]
    [event] = await identity.events("invitation_reminded")
    assert (event["workspace_id"], event["actor"]["kind"]) == (path.partition("/")[2], "system")
    assert mails[1].token not in str(event)
    assert (await look(identity, first)).json()["state"] == "pending"
    assert (await (await identity.accept(KAI)).token())["roles"] == ["admin"]
    assert (await follow(identity, first)).status_code == 410
    assert await identity.problems() == []


async def test_several_workers_at_once_remind_once(story: Story) -> None:
    await invited(story, KAI)
    await age(story, KAI, HALF)
    runtime = story.identity.runtime
    context = JobContext(runtime.worker_sessions, runtime.clock, runtime.settings)

    await asyncio.gather(*(remind_invited(context) for _ in range(4)))

    assert len(await invitation_mails(story, KAI)) == 2
    assert len(await story.identity.events("invitation_reminded")) == 1


async def test_a_reminder_that_was_not_committed_is_sent_later(story: Story) -> None:
    await invited(story, KAI)
    await age(story, KAI, HALF)
    await story.identity.sql("ALTER TABLE outbox ADD CONSTRAINT crash CHECK (routing_key NOT LIKE '%reminded')")
    with pytest.raises(Exception, match="crash"):
        await story.identity.work(remind_invited)
    cut_off = await invitation_mails(story, KAI)

    await story.identity.sql("ALTER TABLE outbox DROP CONSTRAINT crash")
    await story.identity.work(remind_invited)

    assert (len(cut_off), len(await invitation_mails(story, KAI))) == (1, 2)


@pytest.mark.parametrize("end", ["revoked", "declined", "accepted", "expired", "replaced"])
async def test_an_invitation_that_has_ended_is_not_reminded_of(story: Story, end: str) -> None:
    ana, identity = story.ana, story.identity
    path, token = await invited(story, KAI)
    await age(story, KAI, HALF * 2 if end == "expired" else HALF)
    match end:
        case "revoked":
            await ana.post(f"{path}/revoke-invitation")
        case "declined":
            assert (await identity.http.post(DECLINE, json={"token": token})).status_code == 204
        case "accepted":
            await identity.accept(KAI)
        case "replaced":
            await ana.post(f"{path}/invite", {"role": "admin"})

    done = await identity.work(remind_invited)

    assert done == 0
    assert not any(mail.letter["reminder"] for mail in await invitation_mails(story, KAI))
    await identity.work(expire_invitations)
    assert await identity.problems() == []


async def test_an_invitation_that_is_sent_again_is_reminded_of_anew(story: Story) -> None:
    await invite(story.jonas, MARA)
    await age(story, MARA, HALF)
    await story.identity.work(remind_invited)
    reminded = (await newest(story))["reminded_at"]

    await story.jonas.post(f"invitations/{(await newest(story))['id']}/resend")
    again = (await newest(story))["reminded_at"]
    await age(story, MARA, HALF)
    await story.identity.work(remind_invited)

    assert reminded is not None
    assert again is None
    reminders = [mail.letter["reminder"] for mail in await invitation_mails(story, MARA)]
    assert reminders == [False, True, False, True]
    first, second, *_ = await invitation_mails(story, MARA)
    assert [(await follow(story.identity, mail.token)).status_code for mail in (first, second)] == [410, 410]


@pytest.mark.rule("L10")
async def test_a_mail_that_came_back_shows_until_another_one_is_sent(story: Story) -> None:
    ana, identity = story.ana, story.identity
    path, _ = await invited(story, KAI)
    customer = path.partition("/")[2]
    first = (await identity.events("invitation_sent"))[-1]["invitation_id"]

    await come_back(story, customer, first)
    await come_back(story, customer, first)
    shown = (await ana.get("customers", status="not_connected"))["items"][0]["invitation"]
    await age(story, KAI, HALF)
    reminded = await identity.work(remind_invited)
    await ana.post(f"{path}/invite", {"role": "admin"})
    after = (await ana.get(path))["invitation"]
    await come_back(story, customer, first)
    late = (await ana.get(path))["invitation"]

    assert shown["undelivered_at"] is not None
    assert reminded == 0, "nobody reads what goes there"
    assert (after["undelivered_at"], late["undelivered_at"]) == (None, None)
    second = (await identity.events("invitation_sent"))[-1]["invitation_id"]
    await come_back(story, customer, second)
    assert (await ana.get(path))["invitation"]["undelivered_at"] is not None
    await put_on_file(story, path, "kai.other@tidewater.example")
    assert (await ana.get(path))["invitation"] is None
    assert await identity.problems() == []


async def test_an_invitation_of_a_user_shows_that_its_mail_or_its_reminder_came_back(story: Story) -> None:
    await invite(story.jonas, MARA)
    sent = await newest(story)
    await come_back(story, story.northwind, uuid4())
    of_another = await newest(story)
    await age(story, MARA, HALF)
    await story.identity.work(remind_invited)
    reminder = (await invitation_mails(story, MARA))[-1].body["message_id"]

    await come_back(story, story.northwind, reminder)

    assert (sent["undelivered_at"], of_another["undelivered_at"]) == (None, None)
    assert reminder != sent["id"]
    assert (await newest(story))["undelivered_at"] is not None


async def test_what_came_back_of_another_workspace_marks_nothing(story: Story) -> None:
    await invite(story.jonas, MARA)

    await come_back(story, str((await story.ana.token())["workspace"]["id"]), (await newest(story))["id"])

    assert (await newest(story))["undelivered_at"] is None
