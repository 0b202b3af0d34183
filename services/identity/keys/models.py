from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.db import Base
from shared.tables import Kind, rows


class KeyState(StrEnum):
    """A key is published before it signs and for a while after it is retired, so that services know every key in
    use."""

    next = "next"
    signing = "signing"
    retired = "retired"


class SigningKey(Base):
    """A key pair that signs access tokens. The private key is encrypted with IDENTITY_KEY_SECRET.

    Kind ``installation``: keys belong to no workspace.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        Index("uq_signing_keys_one_next", "state", unique=True, postgresql_where=text("state = 'next'")),
        Index("uq_signing_keys_one_signing", "state", unique=True, postgresql_where=text("state = 'signing'")),
        rows(Kind.installation, api="select insert update", worker="select insert update"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    state: Mapped[str]
    public_jwk: Mapped[dict[str, Any]]
    sealed_private_jwk: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
