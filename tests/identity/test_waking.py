"""What somebody waits for is done as soon as it is committed, however seldom workers look."""

from contextlib import AbstractAsyncContextManager

import pytest

from deploy.waiting import eventually
from services.identity import jobs
from services.identity.handlers import copy_bill_group
from shared.events.billing import BillGroupUpdated
from shared.events.provisioning import LocationUpdated
from shared.jobs import JobContext
from tests.harness.waking import only_woken
from tests.identity.harness import TOM, IdentityHarness, Person, Story
from tests.identity.portals import EVA, GroupPortal
from tests.identity.test_location_invitations import Locations


def woken(identity: IdentityHarness, name: str) -> AbstractAsyncContextManager[None]:
    """Within it, the job of this name runs when it is woken alone."""
    context = JobContext(identity.runtime.worker_sessions, identity.runtime.clock, identity.runtime.settings)
    return only_woken(jobs.jobs, name, context, identity.database.worker_url)


async def test_a_sign_in_is_mailed_at_once(story: Story) -> None:
    identity = story.identity
    before = len(await identity.mails(TOM))

    async def is_mailed() -> bool:
        return len(await identity.mails(TOM)) > before

    async with woken(identity, "mail_challenges"):
        asked = {"address": TOM, "browser": Person(identity, TOM).browser}
        answer = await identity.http.post("/api/identity/sign-in-challenges", json=asked)
        assert answer.status_code == 202
        await eventually(is_mailed)


@pytest.mark.rule("D14")
async def test_visitors_leave_at_once_when_a_portal_closes(portal: GroupPortal) -> None:
    await portal.sign_in()
    said = portal._says() | {"subject_version": portal.version + 1, "is_closed": False, "portal_on": False}

    async def has_left() -> bool:
        return await portal.visitors() == []

    assert await portal.visitors() == [EVA]
    async with woken(portal.identity, "close_portals"):
        closed = BillGroupUpdated(**said, paying_on=True, has_contract=True, owes=False)
        await portal.identity.hear(copy_bill_group, closed)
        await eventually(has_left)


async def test_an_invitation_to_a_former_address_of_a_location_ends_at_once(story: Story) -> None:
    locations = Locations(story)
    berlin = await locations.add("Berlin")
    await story.jonas.post(f"location-invitations/{berlin}/send")

    async def has_ended() -> bool:
        return await locations.status(berlin) == [("not_connected", 0, False)]

    assert not await has_ended()
    async with woken(story.identity, "settle_locations"):
        await locations.change(berlin, LocationUpdated, contact_address="eva@northwind.example")
        await eventually(has_ended)
