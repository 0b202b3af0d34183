from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from services.notifications.mails.markdown import is_link, linked
from services.notifications.news.models import CampaignState
from services.notifications.topic_rows import Group
from services.notifications.topics import Topic
from shared.language import DEFAULT_TAG
from shared.language.fields import Locale
from shared.schemas import Body, Line, Name, Read

NEWS = frozenset(topic for topic in Topic if topic.row.group is Group.news)
MOST_BODY = 5_000
MOST_ROLES = 10

Role = Literal["admin", "regular", "member", "additional", "read_only", "support", "billing"]


def _is_news(topic: Topic) -> Topic:
    if topic not in NEWS:
        raise PydanticCustomError("not_a_choice", "must be a topic of news")
    return topic


def _links_are_https(text: str) -> str:
    if not all(map(is_link, linked(text))):
        raise PydanticCustomError("not_https", "must link to addresses that begin with https:// only")
    return text


def _is_https(address: str) -> str:
    if not is_link(address):
        raise PydanticCustomError("not_https", "must be an address that begins with https://")
    return address


NewsTopic = Annotated[Topic, AfterValidator(_is_news)]
Written = Annotated[str, Field(min_length=1, max_length=MOST_BODY), AfterValidator(_links_are_https)]
Link = Annotated[str, Field(max_length=500, pattern=r"^\S+$"), AfterValidator(_is_https)]


class CampaignText(Body):
    """What readers of one language read."""

    title: Annotated[Name, Field(max_length=150)]
    """The subject of the mail."""
    body: Written
    """Markdown, of which paragraphs, emphasis, lists and links to https addresses are shown as such; all else is
    text."""
    button_label: Annotated[Line, Field(max_length=60)] = ""
    """What the button says; empty: *Read more*."""


class CampaignTexts(Body):
    en: CampaignText
    """English, for everybody for whom there is no other."""
    de: CampaignText | None = None
    """German. Null: there is none."""


class CampaignSegment(Body):
    """Who a campaign is for: users of the portal, each once."""

    kinds: Annotated[list[Literal["customer", "partner"]], Field(min_length=1, max_length=2)]
    """People of workspaces of these kinds."""
    sellers: Literal["direct", "all", "partner"]
    """``direct``: those that buy from the provider itself; ``all``: those of partners, too; ``partner``: those of one
    partner, and the partner."""
    partner_id: UUID | None = None
    """The partner, with ``partner``."""
    roles: Annotated[list[Role], Field(max_length=MOST_ROLES)] = Field(default=[])
    """People with one of these roles there; none: everybody."""
    language: Literal["en", "de"] | None = None
    """Only people who use the portal in this language. Null: all."""

    @model_validator(mode="after")
    def _names_a_partner(self) -> "CampaignSegment":
        if (self.sellers == "partner") != (self.partner_id is not None):
            raise PydanticCustomError("against_a_rule", "must name a partner if it is of one, and else none")
        return self


class CampaignWritten(Body):
    topic: NewsTopic
    """What it is about: people can switch off each topic."""
    texts: CampaignTexts
    button_url: Link | None = None
    """Where the button leads. Null: to the portal."""
    segment: CampaignSegment


class CampaignChange(CampaignWritten):
    version: Annotated[int, Field(ge=1)]
    """The version that was changed. It is refused if somebody else has changed the campaign since."""


class CampaignSchedule(Body):
    version: Annotated[int, Field(ge=1)]
    """The version that is to be sent."""
    at: AwareDatetime | None = None
    """When it begins: within a year. Null: at once."""


class CampaignPreviewAsk(Body):
    texts: CampaignTexts
    button_url: Link | None = None
    topic: NewsTopic
    locale: Locale = DEFAULT_TAG
    """The language of the reader, with a region."""


class CampaignPreviewRead(Read):
    """A mail as it is sent, to a made-up reader."""

    subject: str
    preview: str
    """What mail programs show beside the subject."""
    sender_name: str
    html: str
    text: str


class CampaignChangedRead(Read):
    id: UUID
    state: CampaignState
    version: int


class CampaignSummaryRead(Read):
    """A campaign, and how far it has come."""

    id: UUID
    topic: Topic
    topic_title: str
    """What it is about, in the language that was asked for."""
    title: str
    """The English subject."""
    state: CampaignState
    """``draft``; ``scheduled``: it waits for its time; ``sending``; ``sent``: it is known of each message what became
    of it; ``stopped``."""
    created_at: datetime
    scheduled_for: datetime | None
    """When it begins or was to begin. Null in a draft."""
    started_at: datetime | None
    ended_at: datetime | None
    recipients: int
    """For how many people messages were made so far."""
    is_prepared: bool
    """Whether these are all."""
    sent: int
    failed: int
    """What the mail server rejected, or could not be delivered in three days."""
    opted_out: int
    """People who had switched off the topic when their mail was to be sent."""
    left_out: int
    """People who did not belong to the segment any more then, whose mails come back, or for whom the campaign was
    stopped before."""


class CampaignTextRead(Read):
    title: str
    body: str
    button_label: str


class CampaignSegmentRead(Read):
    """Who a campaign is for, as it was written."""

    kinds: list[Literal["customer", "partner"]]
    sellers: Literal["direct", "all", "partner"]
    partner_id: UUID | None
    roles: list[Role]
    language: Literal["en", "de"] | None


class CampaignRead(CampaignSummaryRead):
    version: int
    texts: dict[str, CampaignTextRead]
    """By language, English always."""
    button_url: str | None
    segment: CampaignSegmentRead


class CampaignAudienceRead(Read):
    """Who a campaign would reach now."""

    people: int
    """How many people belong to its segment."""
    switched_off: int
    """How many of them have switched off its topic, and get no mail."""


class CampaignTestedRead(Read):
    id: UUID
    """The campaign that is mailed to the caller."""
