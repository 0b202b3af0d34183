"""The table of topics: what a row says fits the events that it names."""

import pytest

from services.notifications.mail_samples.events import EVENTS
from services.notifications.topic_rows import Channel, TopicPolicy
from services.notifications.topics import Topic
from shared.auth.permissions import ROLES
from shared.events import REGISTRY

CONTACTS_ONLY = {"service_provisioned", "service_deleted", "invoice_long_overdue"}


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic.row.ended_by])
def test_a_topic_that_ends_names_a_field_of_its_own_event_and_of_those_that_end_it(topic: Topic) -> None:
    row = topic.row

    assert row.thing in type(EVENTS[topic]).model_fields
    assert all(row.thing in REGISTRY[name].model_fields for name in row.ended_by)


@pytest.mark.rule("D24")
def test_only_topics_that_contacts_have_switches_for_are_off_unless_switched_on() -> None:
    off = {topic.value for topic in Topic if topic.row.policy is TopicPolicy.default_off}

    assert off == CONTACTS_ONLY
    assert not any(topic.row.audience.users for topic in Topic if topic.value in CONTACTS_ONLY)


def test_only_what_users_hear_is_told_in_the_portal() -> None:
    for topic in Topic:
        reached = any(topic.row.reaches(kind, role) for kind in ("provider", "partner", "customer") for role in ROLES)
        assert (Channel.portal in topic.row.channels) is reached


def test_orders_to_approve_reach_those_who_may_approve_them() -> None:
    row = Topic.order_requested.row

    assert row.reaches("customer", "regular")
    assert not row.reaches("customer", "member")
    assert not row.reaches("provider", "admin")
