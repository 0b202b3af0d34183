from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.db import Kind


class ChallengeState(StrEnum):
    issued = "issued"
    used = "used"
    locked = "locked"


class SignInChallenge(Base):
    """Somebody says that a mailbox is theirs, and is asked to prove it within ten minutes (D19).

    A row is made for every address, known or not, and holds no secret yet; a job sees later whether anybody is there,
    makes the secrets and mails them. So the answer is the same, and takes the same time, for all.

    Kind ``installation``: it is there before anybody is known, and is found by its id and a secret.
    """

    __tablename__ = "sign_in_challenges"
    __table_args__ = (
        Index("ix_sign_in_challenges_unmailed", "created_at", postgresql_where=text("mailed_at IS NULL")),
        Index("ix_sign_in_challenges_by_address", "address_key", "created_at"),
        Index("ix_sign_in_challenges_by_ip", "ip", "created_at"),
        {"info": {"kind": Kind.installation}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    state: Mapped[str] = mapped_column(default=ChallengeState.issued)
    address: Mapped[str]
    address_key: Mapped[str]
    ip: Mapped[str]
    browser_digest: Mapped[bytes]
    """Of the random number that the asking browser keeps: the link alone signs in nowhere else."""
    invitation_id: Mapped[UUID | None]
    """The invitation that passing this challenge accepts."""
    invitation_workspace_id: Mapped[UUID | None]
    token_digest: Mapped[bytes | None]
    code_digest: Mapped[bytes | None]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    """When the job dealt with it, whether a mail went out or nobody was there."""
