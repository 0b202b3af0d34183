"""What people chose to be told of. A preference holds in all workspaces of a person, from the moment that it is
saved: deliveries look it up when they are sent."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.preferences.models import Preference
from services.notifications.preferences.schemas import Switch
from services.notifications.recipient_book.service import OWN_GRANTS
from services.notifications.topic_rows import Channel
from services.notifications.topics import Topic
from shared.copies import grants
from shared.errors import Conflict, NotFound
from shared.events import Actor, Via
from shared.events.notifications import PreferencesChanged, PreferenceSwitch
from shared.language import Localisation, gettext, localised_for
from shared.one_at_a_time import one_at_a_time
from shared.outbox import cause_of, emit
from shared.reads import ScopedReads
from shared.scope import acting_in

CHOSEN = "SELECT topic, channel, wanted FROM preferences"
"""Row security limits it to the caller's."""
STANDING = """
SELECT DISTINCT w.kind, g.role, g.source = 'link' AS by_link
  FROM access_grants g JOIN workspace_copies w ON w.id = g.workspace_id
 WHERE g.user_id = $1 AND g.session_id IS NULL
"""


class TopicIsForced(Conflict):
    """Mails of this topic are transactional: they are sent whatever is chosen. The topic's notices in the portal can be
    switched."""

    title = "This mail cannot be switched off"


async def list_preferences(read: ScopedReads, tag: str) -> list[dict[str, Any]]:
    """Of each topic that can reach the caller by their role in any workspace, in the order of the table."""
    chosen = {(row["topic"], row["channel"]): row["wanted"] for row in await read.fetch(CHOSEN)}
    standing = [(row["kind"], row["role"], row["by_link"]) for row in await read.fetch(STANDING, read.access.user_id)]
    with localised_for(Localisation(tag)):
        return [_described(topic, chosen) for topic in Topic if _reaches(topic, standing)]


def _reaches(topic: Topic, standing: Sequence[tuple[str, str, bool]]) -> bool:
    """Who works for a customer by a link hears only of what they do there themselves."""
    row = topic.row
    return any(row.reaches(kind, role) for kind, role, by_link in standing if row.audience.acts or not by_link)


def _described(topic: Topic, chosen: dict[tuple[str, str], bool]) -> dict[str, Any]:
    row = topic.row
    return {
        "topic": topic,
        "title": gettext(row.title),
        "group": row.group,
        "group_title": row.group.called,
        "policy": row.policy,
        "reason": None if row.may_be_switched else row.group.reason,
        "mail": row.is_wanted(chosen.get((topic, Channel.mail))),
        "portal": chosen.get((topic, Channel.portal), True),
    }


async def change_preferences(
    session: AsyncSession, user_id: UUID, workspace_id: UUID, switches: Iterable[Switch]
) -> None:
    """Change a person's own preferences. Raises `TopicIsForced`; `NotFound` for what no user is told of."""
    wanted = {(each.topic, each.channel): each.wanted for each in switches}
    for topic, channel in wanted:
        if not topic.row.audience.users:
            raise NotFound("No user is told of this topic.")
        if channel is Channel.mail and not topic.row.may_be_switched:
            raise TopicIsForced(f"Mails about {topic} cannot be switched off.")
    await switch(session, user_id, workspace_id, wanted)


async def switch(
    session: AsyncSession, user_id: UUID, workspace_id: UUID, wanted: dict[tuple[Topic, Channel], bool], *,
    by_link: bool = False,
) -> None:  # fmt: skip
    """Save what differs from now, and tell of it. ``workspace_id`` is where the person acts; it is filed in a workspace
    that they belong to. Idempotent."""
    await one_at_a_time(session, f"preferences {user_id}")
    home = await home_of(session, user_id, workspace_id)
    async with acting_in(session, home, user_id):
        now = {topic_channel: await wants(session, user_id, *topic_channel) for topic_channel in wanted}
        changed = {key: value for key, value in wanted.items() if now[key] is not value}
        if not changed:
            return
        rows = [
            {"user_id": user_id, "topic": topic, "channel": channel, "wanted": value}
            for (topic, channel), value in changed.items()
        ]
        saved = insert(Preference).values(rows)
        await session.execute(
            saved.on_conflict_do_update(
                index_elements=["user_id", "topic", "channel"], set_={"wanted": saved.excluded.wanted}
            )
        )
        told = [PreferenceSwitch(topic=key[0], channel=key[1], wanted=value) for key, value in changed.items()]
        about = {"user_id": user_id, "switches": told, "by_link": by_link, "actor": _in_their_own_name(session)}
        await emit(session, PreferencesChanged(workspace_id=home, **about))


def _in_their_own_name(session: AsyncSession) -> Actor:
    """Whatever workspace the person acts in, it is about themselves. Whoever uses a link is not known."""
    actor = cause_of(session).actor
    return actor.model_copy(update={"via": Via.own}) if actor.user_id else actor


async def wants(session: AsyncSession, user_id: UUID, topic: Topic, channel: Channel) -> bool:
    """Whether a person wants a topic on a channel now. What is forced is not looked up."""
    if channel is Channel.mail and not topic.row.may_be_switched:
        return True
    mine = Preference.user_id == user_id, Preference.topic == topic, Preference.channel == channel
    chosen: bool | None = await session.scalar(select(Preference.wanted).where(*mine))
    if channel is Channel.mail:
        return topic.row.is_wanted(chosen)
    return chosen is not False


async def home_of(session: AsyncSession, user_id: UUID, workspace_id: UUID) -> UUID:
    """Where the person acts, if they belong to it, else another one of theirs."""
    own = select(grants.c.workspace_id).where(grants.c.user_id == user_id, grants.c.source.in_(OWN_GRANTS))
    first = (grants.c.workspace_id == workspace_id).desc(), grants.c.workspace_id
    return await session.scalar(own.order_by(*first).limit(1)) or workspace_id
