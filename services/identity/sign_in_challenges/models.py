from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class ChallengeState(StrEnum):
    issued = "issued"
    used = "used"
    locked = "locked"
    replaced = "replaced"
    """The same browser has asked again."""


class SignInChallenge(Base):
    """A request to prove a mailbox within ten minutes (D19).

    A row is created for every address, known or not, without a secret. A job later looks the address up, creates the
    secrets and mails them. An unknown address gets secrets too, which nobody is told. So all answers, and how long they
    take, are the same for all addresses until the end.

    Kind ``installation``: it exists before a person is known, and is looked up by its id and a secret.
    """

    __tablename__ = "sign_in_challenges"
    __table_args__ = (
        Index("ix_sign_in_challenges_unmailed", "created_at", postgresql_where=text("mailed_at IS NULL")),
        Index("ix_sign_in_challenges_by_address", "address_key", "created_at"),
        Index("ix_sign_in_challenges_by_ip", "ip", "created_at"),
        Index("ix_sign_in_challenges_by_address_and_ip", "address_key", "ip", "created_at"),
        Index("ix_sign_in_challenges_sent", "address_key", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
        CheckConstraint("length(locale) <= 35", name="locale"),
        CheckConstraint("length(return_to) <= 2000", name="return_to"),
        rows(Kind.installation, api="select insert update", worker="select insert update delete"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    state: Mapped[str] = mapped_column(default=ChallengeState.issued)
    address: Mapped[str]
    address_key: Mapped[str]
    network: Mapped[str] = mapped_column("ip")
    """Where it was asked for, as `network_of` says. The column keeps the name of when it was an address: a version that
    still runs during an upgrade writes it."""
    browser_digest: Mapped[bytes]
    """Digest of the requesting browser's nonce: in another browser the link alone does not sign in."""
    locale: Mapped[str | None]
    """The language of that browser, for the mail to somebody who has chosen none."""
    return_to: Mapped[str | None]
    """The page to go to after signing in, also in another browser: a path of the portal."""
    invitation_id: Mapped[UUID | None]
    """The invitation that is accepted with this challenge."""
    invitation_workspace_id: Mapped[UUID | None]
    bill_group_id: Mapped[UUID | None]
    """The bill group through whose portal the person signs in."""
    bill_group_workspace_id: Mapped[UUID | None]
    token_digest: Mapped[bytes | None]
    code_digest: Mapped[bytes | None]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    """When the job processed it, whether or not a mail was sent."""
    sent_at: Mapped[datetime | None]
    """When its mail was sent. None for an unknown address, and for a mailbox that had its mails of the hour."""
