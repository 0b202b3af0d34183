from uuid import UUID

from services.identity.holders import answering, changing, reading, staff
from services.identity.holders.refusals import (
    HolderChangeClosed,
    HolderChangeOpen,
    IsAHolder,
    NeedsAnother,
    NobodyHolds,
    NotAUserHere,
    TooManyHolderChanges,
)
from services.identity.holders.schemas import (
    HolderBelowPut,
    HolderControlPut,
    HolderPut,
    HoldersBelowRead,
    HoldersRead,
    Slot,
)
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.own_accounts import OnlyInPerson

router = Router("identity", "holders")

HOLDERS, PERSON, STAFF = allow("holder.change"), allow("holder.answer", own=True), allow("holder.change_below")
ASKING = (NotAUserHere, IsAHolder, HolderChangeOpen, TooManyHolderChanges)


@router.get("", guard=allow("user.list"))
async def get_holders(access: CurrentAccess, session: Session, real_now: RealNow) -> HoldersRead:
    """The two holders of this workspace, what is left to them, and changes that are open or can still be undone."""
    return await reading.read_holders(session, access.workspace_id, real_now)


@router.put("/control", guard=HOLDERS, status_code=204)
async def put_holder_control(body: HolderControlPut, access: CurrentAccess, session: Session) -> None:
    """Choose whether only the two holders may change the workspace's settings, users, contacts and credentials."""
    await changing.put_control(session, access, body.holder_control)


@router.post("/check", guard=HOLDERS, status_code=204)
async def check_holders(access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Say that both holders are right. Once a year they are asked."""
    await changing.check(session, access, real_now)


@router.put("/slots/{slot}", guard=HOLDERS, status_code=204, problems=ASKING)
async def propose_holder(
    slot: Slot, body: HolderPut, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:  # fmt: skip
    """Ask a user of this workspace to become a holder, in place of whoever has the slot. Both get a mail, and have
    seven days. It takes effect when the new holder confirms; until then nothing changes."""
    await changing.propose(session, access, slot, body.address, real_now)


@router.post("/changes/{change_id}/withdraw", guard=HOLDERS, status_code=204, problems=(HolderChangeClosed,))
async def withdraw_holder_change(change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Take back what was proposed, whoever proposed it."""
    await changing.withdraw(session, access, change_id, real_now)


@router.post(
    "/changes/{change_id}/confirm", guard=PERSON, status_code=204,
    problems=(HolderChangeClosed, IsAHolder, NotAUserHere, OnlyInPerson),
)  # fmt: skip
async def confirm_holder_change(change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Become a holder, and an admin. The former holder and the new one get a mail; the former one can undo it for 72
    hours."""
    await answering.confirm(session, access, change_id, real_now)


@router.post(
    "/changes/{change_id}/decline", guard=PERSON, status_code=204, problems=(HolderChangeClosed, OnlyInPerson)
)  # fmt: skip
async def decline_holder_change(change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Decline to become a holder. Nothing changes."""
    await answering.decline(session, access, change_id, real_now)


@router.post(
    "/changes/{change_id}/undo", guard=PERSON, status_code=204,
    problems=(HolderChangeClosed, IsAHolder, NotAUserHere, OnlyInPerson),
)  # fmt: skip
async def undo_holder_change(change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow) -> None:
    """Take the slot back, within 72 hours of having been replaced. The other person stays an admin."""
    await answering.undo(session, access, change_id, real_now)


@router.get("/below/{workspace_id}", guard=STAFF)
async def get_holders_below(
    workspace_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow
) -> HoldersBelowRead:  # fmt: skip
    """The two holders of a customer or partner below the provider, and the changes that are open."""
    return await reading.read_holders_below(session, access, workspace_id, real_now)


@router.put("/below/{workspace_id}/slots/{slot}", guard=STAFF, status_code=204, problems=(*ASKING, NobodyHolds))
async def request_holder_below(
    workspace_id: UUID, slot: Slot, body: HolderBelowPut, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:
    """Ask that a user of the workspace becomes its holder, where its own holders cannot do that. Nothing happens before
    a second one of the provider's staff agrees. The reason is told to the people of the account."""
    await staff.request(session, access, workspace_id, slot, body, real_now)


@router.post(
    "/below/{workspace_id}/changes/{change_id}/second", guard=STAFF, status_code=204,
    problems=(HolderChangeClosed, NeedsAnother),
)  # fmt: skip
async def second_holder_change(
    workspace_id: UUID, change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:  # fmt: skip
    """Agree to what somebody else of the staff asked for: the new holder is asked, and both get a mail."""
    await staff.second(session, access, workspace_id, change_id, real_now)


@router.post(
    "/below/{workspace_id}/changes/{change_id}/withdraw", guard=STAFF, status_code=204,
    problems=(HolderChangeClosed,),
)  # fmt: skip
async def withdraw_holder_change_below(
    workspace_id: UUID, change_id: UUID, access: CurrentAccess, session: Session, real_now: RealNow
) -> None:  # fmt: skip
    """Take back what the staff asked for."""
    await staff.withdraw(session, access, workspace_id, change_id, real_now)
