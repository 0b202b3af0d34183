"""The two holders of an account, and additional users, at identity."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.clients.http import Answer, Api

Nothing = type(None)
Slot = Literal["primary", "alternate"]


class Holder(Answer):
    id: UUID
    address: str
    display_name: str


class HolderChange(Answer):
    """A change of one slot that waits for an answer, or that the former holder can still undo."""

    id: UUID
    slot: Slot
    state: Literal["requested", "proposed", "effective"]
    former: Holder | None
    new: Holder
    by_provider: bool
    reason: str | None
    proposed_by: Holder
    proposed_at: datetime
    expires_at: datetime
    undo_until: datetime | None


class Holders(Answer):
    primary: Holder | None
    alternate: Holder | None
    holder_control: bool
    checked_at: datetime
    check_due: bool
    changes: list[HolderChange]

    def of(self, slot: Slot) -> Holder | None:
        return self.primary if slot == "primary" else self.alternate

    def asked(self, slot: Slot) -> HolderChange | None:
        """The change of this slot that waits for an answer."""
        return next((each for each in self.changes if each.slot == slot and each.state != "effective"), None)

    def undoable(self, slot: Slot) -> list[HolderChange]:
        """The changes of this slot that the former holder can undo."""
        return [each for each in self.changes if each.slot == slot and each.state == "effective"]


class HoldersBelow(Holders):
    """Those of a customer or partner below the provider."""

    workspace_id: UUID
    display_name: str
    connected: bool


class AddedUser(Answer):
    class User(Answer):
        id: UUID
        display_name: str

    added: User | None
    """None: nobody with this address has an account."""


class HolderCalls:
    api: Api

    async def holders(self) -> Holders:
        return await self.api.get("/holders", Holders)

    async def propose_holder(self, slot: Slot, *, address: str) -> None:
        await self.api.put(f"/holders/slots/{slot}", Nothing, {"address": address})

    async def withdraw_holder_change(self, change_id: UUID) -> None:
        await self.api.post(f"/holders/changes/{change_id}/withdraw", Nothing)

    async def confirm_holder_change(self, change_id: UUID) -> None:
        await self.api.post(f"/holders/changes/{change_id}/confirm", Nothing)

    async def decline_holder_change(self, change_id: UUID) -> None:
        await self.api.post(f"/holders/changes/{change_id}/decline", Nothing)

    async def undo_holder_change(self, change_id: UUID) -> None:
        await self.api.post(f"/holders/changes/{change_id}/undo", Nothing)

    async def put_holder_control(self, holder_control: bool) -> None:
        await self.api.put("/holders/control", Nothing, {"holder_control": holder_control})

    async def check_holders(self) -> None:
        await self.api.post("/holders/check", Nothing)

    async def holders_below(self, workspace_id: UUID) -> HoldersBelow:
        return await self.api.get(f"/holders/below/{workspace_id}", HoldersBelow)

    async def request_holder_below(self, workspace_id: UUID, slot: Slot, *, address: str, reason: str) -> None:
        body = {"address": address, "reason": reason}
        await self.api.put(f"/holders/below/{workspace_id}/slots/{slot}", Nothing, body)

    async def second_holder_change(self, workspace_id: UUID, change_id: UUID) -> None:
        await self.api.post(f"/holders/below/{workspace_id}/changes/{change_id}/second", Nothing)

    async def withdraw_holder_change_below(self, workspace_id: UUID, change_id: UUID) -> None:
        await self.api.post(f"/holders/below/{workspace_id}/changes/{change_id}/withdraw", Nothing)

    async def add_additional_user(self, *, address: str) -> AddedUser:
        return await self.api.post("/users/additional", AddedUser, {"address": address})
