"""The events of licences that notifications listens to. They cause mails, which never have a key."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.deliveries.queueing import notify_users
from services.notifications.handlers import OF_TERMS
from services.notifications.holder_handlers import router
from services.notifications.topics import Topic
from shared.events.provisioning import LicenceIssued, LicenceReinstated, LicenceRevoked, LicenceRotated

__all__ = ["router"]


@router.on(LicenceIssued)
async def email_that_a_licence_is_ready(session: AsyncSession, event: LicenceIssued) -> None:
    """I5, I10, I22."""
    await notify_users(session, event, Topic.licence_issued, *OF_TERMS)


@router.on(LicenceRotated)
async def email_admins_of_new_key(session: AsyncSession, event: LicenceRotated) -> None:
    """All of them: somebody may have got into the account of whoever did it."""
    await notify_users(session, event, Topic.licence_rotated, "admin", whoever_did_it=True)


@router.on(LicenceRevoked)
async def email_admins_of_revocation(session: AsyncSession, event: LicenceRevoked) -> None:
    await notify_users(session, event, Topic.licence_revoked, "admin")


@router.on(LicenceReinstated)
async def email_admins_of_reinstatement(session: AsyncSession, event: LicenceReinstated) -> None:
    await notify_users(session, event, Topic.licence_reinstated, "admin")
