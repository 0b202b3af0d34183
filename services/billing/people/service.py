"""The copy of people's names and addresses."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.people.models import Person
from shared.errors import NotYetKnown
from shared.events.identity import UserRegistered, UserUpdated
from shared.scope import acting_in


async def copy_person(session: AsyncSession, event: UserRegistered | UserUpdated) -> None:
    """Store the event's name and address, unless the copy is newer."""
    fields = {"address": event.address, "display_name": event.display_name, "version": event.subject_version}
    new = insert(Person).values(user_id=event.user_id, **fields)
    newest = new.on_conflict_do_update(
        index_elements=["user_id"], set_=fields, where=Person.version < event.subject_version
    )
    async with acting_in(session, event.workspace_id, event.user_id):
        await session.execute(newest)


async def person_of(session: AsyncSession, user_id: UUID) -> Person:
    person = await session.get(Person, user_id, populate_existing=True)
    if person is None:
        raise NotYetKnown(f"Person {user_id} is not known yet.")
    return person
