from typing import Annotated

from pydantic import Field

from services.notifications.topic_rows import Channel, Group, TopicPolicy
from services.notifications.topics import Topic
from shared.schemas import Body, Read


class PreferenceRead(Read):
    """What the caller chose for one topic, in all of their workspaces."""

    topic: Topic
    title: str
    """What it is about, in the language that was asked for."""
    group: Group
    group_title: str
    """What it is listed under, in that language."""
    policy: TopicPolicy
    """Whether its mails can be switched."""
    reason: str | None
    """Why its mails cannot be switched, in that language; null where they can."""
    mail: bool
    """Whether mails about it are sent to the caller."""
    portal: bool
    """Whether the portal shows notices about it to the caller."""


class Switch(Body):
    """One topic on one channel, on or off."""

    topic: Topic
    channel: Channel
    wanted: bool


class PreferencesUpdate(Body):
    """What changes. What is left out stays as it is."""

    switches: Annotated[list[Switch], Field(min_length=1, max_length=200)]
    """Each topic and channel at most once."""
