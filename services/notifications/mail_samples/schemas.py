from typing import Any

from pydantic import Field

from services.notifications.topic_rows import TopicPolicy
from services.notifications.topics import Topic
from shared.schemas import Read


class MailCaseRead(Read):
    """A case in which a mail says something else."""

    name: str
    """What asks for it. Empty: the usual case."""
    title: str
    """Which case it is, in the language that was asked for."""


class MailSampleSummaryRead(Read):
    topic: Topic
    title: str
    """What it is about, in the language that was asked for."""
    reader: str
    """Who gets it, in that language."""
    policy: TopicPolicy
    """Whether those who get it can switch it off or on."""
    cases: list[MailCaseRead]
    """All cases, the usual one first."""


class MailSampleRead(MailSampleSummaryRead):
    subject: str
    preview: str
    """What mail programs show beside the subject."""
    sender_name: str
    reply_to: str | None
    html: str
    text: str
    attachment: str | None
    """The name of the file that is attached; null where there is none."""
    case: str
    """The case that is shown. Empty: the usual one."""
    facts: dict[str, Any] = Field(examples=[{"number": "LC-2026-000042"}])
    """The made-up data that it tells of."""
