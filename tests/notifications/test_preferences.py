"""What people chose to be told of holds when a mail is sent, in all of their workspaces (D24)."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.topic_rows import KINDS
from services.notifications.topics import Topic
from shared.auth.permissions import ROLES
from shared.events.provisioning import OrderRefused, OrderRequested
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, PROVIDER
from tests.notifications.reader import PREFERENCES, reader
from tests.notifications.test_order_mail import BY_MARCO, ORDER

REQUESTED = {"actor": BY_MARCO}


def requested() -> OrderRequested:
    return OrderRequested(**ORDER | {"order_id": uuid4()}, **REQUESTED)


@pytest.mark.rule("D24")
async def test_a_mail_that_waits_is_not_sent_once_its_topic_is_switched_off(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(requested())

    await jonas.switch("order_requested")
    await desk.notifications.send()

    assert desk.notifications.server.mails == []
    [delivery] = await desk.notifications.deliveries("state, reason")
    assert delivery == ("suppressed", "The person has switched off mails of this topic.")
    assert await desk.notifications.problems() == []


@pytest.mark.rule("D24")
async def test_it_is_sent_again_from_when_it_is_switched_on(desk: Desk) -> None:
    jonas = await reader(desk)
    await jonas.switch("order_requested")
    await jonas.switch("order_requested", wanted=True)

    await desk.notifications.hear(requested())
    await desk.notifications.send()

    assert len(desk.notifications.server.mails) == 1
    changes = await desk.notifications.database.events("notifications.preferences_changed")
    assert [change["switches"] for change in changes] == [
        [{"topic": "order_requested", "channel": "mail", "wanted": wanted}] for wanted in (False, True)
    ]
    assert {change["workspace_id"] for change in changes} == {str(CUSTOMER)}


@pytest.mark.rule("D24")
async def test_transactional_mail_cannot_be_switched_off_but_its_notices_can(desk: Desk) -> None:
    jonas = await reader(desk)

    await jonas.switch("order_refused", expected=409)
    await jonas.switch("order_refused", "portal")
    await desk.notifications.hear(OrderRefused(**ORDER | {"asked_by": jonas.id}, actor=BY_MARCO, reason="Too large."))
    await desk.notifications.send()

    assert len(desk.notifications.server.mails) == 1
    assert await jonas.notices() == []
    assert (await jonas.preferences())["order_refused"]["portal"] is False


async def test_switching_what_is_switched_already_tells_nobody(desk: Desk) -> None:
    jonas = await reader(desk)

    for _ in range(2):
        await jonas.switch("order_requested", wanted=True)

    assert await desk.notifications.database.events("notifications.preferences_changed") == []


async def test_what_is_chosen_is_the_persons_own(desk: Desk) -> None:
    jonas, rita = await reader(desk), await reader(desk, "regular", "rita@northwind.example")
    await jonas.switch("order_requested")

    await desk.notifications.hear(requested())
    await desk.notifications.send()

    assert [str(mail["To"]) for mail in desk.notifications.server.mails] == ["Jonas Keller <rita@northwind.example>"]
    assert (await rita.preferences())["order_requested"]["mail"] is True


async def test_nothing_is_changed_if_one_switch_is_refused(desk: Desk) -> None:
    jonas = await reader(desk)
    switches = [
        {"topic": "order_requested", "channel": "mail", "wanted": False},
        {"topic": "invoice_issued", "channel": "portal", "wanted": False},
    ]

    answer = await jonas.caller.http.patch(PREFERENCES, json={"switches": switches})

    assert answer.status_code == 404, "invoices are mailed to contacts"
    assert (await jonas.preferences())["order_requested"]["mail"] is True


async def test_only_what_can_reach_a_person_is_listed_and_says_why_it_is_forced(desk: Desk) -> None:
    member, staff = await reader(desk, "member"), await reader(desk, workspace_id=PROVIDER, kind="provider")

    of_member, of_staff = await member.preferences(locale="de-DE"), await staff.preferences()

    assert "order_requested" not in of_member
    assert {"order_refused", "order_approved", "new_browser"} <= of_member.keys()
    assert of_member["order_refused"]["reason"] == "Sie müssen wissen, was aus Ihrer Bestellung geworden ist."
    assert of_member["order_approved"]["reason"] is None
    assert {"manual_task_opened", "order_submitted"} <= of_staff.keys()
    assert "service_provisioned" not in of_staff, "its switch is the contact's"


async def test_on_behalf_of_a_customer_it_is_filed_where_the_person_belongs(desk: Desk) -> None:
    tom = await reader(desk, "admin", "tom@meridian.example", workspace_id=PARTNER, kind="partner")
    claims = tom.caller.claims | {"ws": str(CUSTOMER), "wk": "customer"}
    tom.caller.http.headers["authorization"] = f"Bearer {desk.api.identity.token(**claims)}"
    await desk.notifications.change(
        "INSERT INTO access_grants (grant_id, user_id, workspace_id, role, source)"
        f" VALUES ('{uuid4()}', '{tom.id}', '{CUSTOMER}', 'admin', 'on_behalf')"
    )

    await tom.switch("customer_joined")

    [change] = await desk.notifications.database.events("notifications.preferences_changed")
    assert change["workspace_id"] == str(PARTNER)


@given(kind=st.sampled_from(KINDS), role=st.sampled_from(ROLES), topic=st.sampled_from(list(Topic)))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.rule("D24")
def test_no_choice_keeps_forced_mail_from_anybody(kind: str, role: str, topic: Topic) -> None:
    row = topic.row

    if not row.may_be_switched:
        assert all(row.is_wanted(switched) for switched in (None, True, False))
    elif row.reaches(kind, role):
        assert row.is_wanted(None), "what a user can switch off, they have until then"
