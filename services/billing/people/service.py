"""The copy of people's names and addresses."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.billing.people.models import Person
from shared.erased_people import NEVER_OLDER
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


async def forget_person(session: AsyncSession, user_id: UUID) -> None:
    """Delete the name and the address of an erased person. No event brings them back, in whatever order they arrive."""
    nothing = {"address": None, "display_name": None, "version": NEVER_OLDER}
    gone = insert(Person).values(user_id=user_id, **nothing)
    async with acting_in(session, None, user_id):
        await session.execute(gone.on_conflict_do_update(index_elements=["user_id"], set_=nothing))


async def person_of(session: AsyncSession, user_id: UUID) -> Person:
    """The copy of a person, without name and address if they are erased. Raises `NotYetKnown`."""
    person = await session.get(Person, user_id, populate_existing=True)
    if person is None:
        raise NotYetKnown(f"Person {user_id} is not known yet.")
    return person
