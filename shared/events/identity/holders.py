"""The two holders of an account: who is to replace one, and what becomes of that."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.identity.base import IdentityEvent


class HolderChangeEvent(IdentityEvent):
    """A change of one of the two holder slots of ``workspace_id``."""

    change_id: UUID
    """The change."""
    slot: Literal["primary", "alternate"]
    """Which holder: ``primary`` is for purchasing and money, ``alternate`` for what is technical."""
    former_user_id: UUID | None
    """The person who has the slot until the change takes effect; nothing: nobody has it."""
    new_user_id: UUID
    """The person who is to have it."""
    other_user_id: UUID | None
    """The person who has the other slot, and keeps it; nothing: nobody has it."""


class HolderChangeRequested(HolderChangeEvent):
    """Somebody of the provider's staff asks to replace a holder. Nothing happens before a second one of them agrees."""

    subject_type: ClassVar[str] = "holder_change"
    subject_field: ClassVar[str] = "change_id"
    reason: str
    """Why, in words."""


class HolderChangeProposed(HolderChangeEvent):
    """A holder is to be replaced, or a slot to be filled. Notifies the present holders, and the new one, who confirms
    or declines."""

    subject_type: ClassVar[str] = "holder_change"
    subject_field: ClassVar[str] = "change_id"
    by_provider: bool
    """Whether two of the provider's staff propose it; else a holder does."""
    reason: str | None
    """Why, in the words of the provider's staff; nothing: a holder proposes it."""
    expires_at: datetime
    """When the proposal ends by itself, in real time."""


class HolderChangeEnded(HolderChangeEvent):
    """A proposed or requested change came to nothing. Notifies whoever had been notified of it."""

    subject_type: ClassVar[str] = "holder_change"
    subject_field: ClassVar[str] = "change_id"
    was_proposed: bool
    """Whether it had been proposed to the new holder; else it was only requested."""
    reason: Literal["declined", "withdrawn", "expired"]
    """The new holder declined, it was taken back, or nobody answered in time."""


class HolderChanged(HolderChangeEvent):
    """The new holder has confirmed, and has the slot from now on. Notifies both holders and the former one."""

    subject_type: ClassVar[str] = "holder_change"
    subject_field: ClassVar[str] = "change_id"
    undo_until: datetime | None
    """Until when the former holder can undo it, in real time; nothing: there was none."""


class HolderChangeUndone(HolderChangeEvent):
    """The former holder has taken the slot back from ``new_user_id``, who had it by then. Notifies both, and the other
    holder."""

    subject_type: ClassVar[str] = "holder_change"
    subject_field: ClassVar[str] = "change_id"


class HoldersChecked(IdentityEvent):
    """One of the holders said that both are still right."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"


class HoldersCheckDue(IdentityEvent):
    """For a year nobody has said whether the two holders are still right. Notifies both."""

    subject_type: ClassVar[str] = "workspace"
    subject_field: ClassVar[str] = "workspace_id"
    holders: tuple[UUID, ...]
    """The people who have a slot."""
