from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from services.provisioning.licences.models import LicenceState
from services.provisioning.products.schemas import ProductBrief
from shared.lists import TableQuery
from shared.schemas import Body, Read
from shared.texts import one_line

LONGEST_KEY = 10_000

KeyText = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]
"""A licence key. Blanks and line breaks in it do not count."""
MachineName = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(one_line)]
Reason = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(one_line)]


class LicencesQuery(TableQuery):
    state: LicenceState | None = None
    """By default all but those that have ended."""
    sort: Literal["issued_at"] = "issued_at"


class LicenceRead(Read):
    id: UUID
    service_id: UUID
    display_name: str
    """The name of its service."""
    product: ProductBrief
    state: LicenceState
    """``on_hold`` while its service is suspended, ``ended`` once that is deleted."""
    quantity: int
    """On how many machines it may be activated."""
    activations: int
    """On how many it is."""
    maintenance_until: date | None
    """The last day whose releases it entitles to. Null: as long as the contract runs."""
    valid_until: date | None
    """The last day on which it may be used. Null: no end is known."""
    issued_at: datetime


class ActivationRead(Read):
    """A machine that uses a licence."""

    id: UUID
    machine_name: str
    """What it is called, as it said itself."""
    activated_at: datetime
    renewed_at: datetime
    """When it last got a receipt."""


class LicenceDetailRead(LicenceRead):
    generation: int
    """How often its key was made. Former ones are revoked."""
    signing_key_id: str | None
    """The id of the public key that verifies it. Null: its key was not shown yet."""
    revoked_at: datetime | None
    revoked_for: str | None
    """Why it was revoked, in the words of who did. Null: it is not."""
    machines: list[ActivationRead]
    """Those that use it, at most the first hundred by name."""


class LicenceKeyRead(Read):
    """The key of a licence, which whoever has it can use."""

    key: str
    """A compact JSON Web Signature (RFC 7515) with Ed25519."""
    generation: int
    signing_key_id: str
    """The id of the public key that verifies it."""


class LicenceRevoke(Body):
    reason: Reason
    """Why. The customer reads it."""


class ActivationCreate(Body):
    key: KeyText
    fingerprint: Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")]
    """What distinguishes the machine from others and stays the same, such as a hash of its ids. Only a digest is
    kept."""
    machine_name: MachineName
    """What people call the machine."""


class ActivationReceipt(Read):
    """What lets a machine use a licence until a day, offline."""

    activation_id: UUID
    receipt: str
    """A compact JSON Web Signature of the type ``licence-activation``: it says the licence, the generation of its key,
    the SHA-256 of ``<licence>:<fingerprint>`` in hexadecimal digits, and its last day."""
    valid_until: date
    """Its last day. Activate again before that."""


class KeyCheck(Body):
    key: KeyText


class KeyVerdict(StrEnum):
    valid = "valid"
    on_hold = "on_hold"
    revoked = "revoked"
    ended = "ended"
    replaced = "replaced"
    """The licence has a newer key."""
    over = "over"
    """Its last day is over."""


class CheckedKeyRead(Read):
    """What is to be said of a genuine licence key."""

    verdict: KeyVerdict
    licence_id: UUID
    product_name: str
    company: str
    """For which company it was made, as it was called then."""
    issued_on: date
    quantity: int
    """On how many machines it may be activated, as of now."""
    maintenance_until: date | None
    """The last day whose releases it entitles to, as of now. Null: as long as the contract runs."""
    valid_until: date | None
    """The last day on which it may be used, as of now. Null: no end is known."""
    is_newest_text: bool
    """Whether the key says all of this itself. Otherwise copy it again."""
