"""The port to a payment gateway: what the adapter of a payment service provider implements.

Numbers of cards and accounts never reach Portico: people enter them on the gateway's own pages. All operations are
asynchronous and may use the network, so they are called only from leased work or between two transactions, never inside
one. Each that changes something takes a ``key``: the same key with the same request has its effect once, however often
it is sent, and gets the same result. What a gateway tells afterwards comes as callbacks (`events`): at least once, in
any order, perhaps late. Duplicates and order are handled above the port.

All amounts are whole minor units of ``currency``, an ISO 4217 code. References are the gateway's own ids, opaque to
Portico and at most 500 characters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from services.billing.gateways.events import GatewayEvent
from shared.errors import Problem
from shared.events.billing import MethodKind, PaymentMethod

DECLINED = (
    "declined",
    "insufficient_funds",
    "card_expired",
    "wrong_details",
    "not_authenticated",
    "limit_exceeded",
    "account_closed",
    "mandate_revoked",
    "cancelled",
)
"""Reasons for which the portal has words. An adapter maps the codes of its gateway to them where it can; the first one
says nothing more than that the payment was declined."""


class GatewayEventRefused(Problem):
    """A payment callback has no valid signature, is too old, is a replay, or matches no payment. Nothing was
    changed."""

    status = 400
    title = "Payment callback refused"


class GatewayUnavailable(Exception):
    """The gateway cannot be reached, or answers with an error of its own. The same call may be repeated."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment that a person makes on the gateway's page. The gateway has to name ``payment_id`` and ``workspace_id``
    in all its callbacks about it, for instance by keeping them as metadata."""

    payment_id: UUID
    workspace_id: UUID
    description: str
    """What it is for, such as the numbers of the invoices."""
    amount_minor: int
    currency: str
    return_url: str
    """Where the person is sent afterwards, whatever happened."""
    expires_at: datetime
    """Real time, after which the page must take no payment any more."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A payment method that a person saves on the gateway's page, to be charged later without them. The gateway has to
    name ``method_id`` and ``workspace_id`` in all its callbacks about it."""

    method_id: UUID
    workspace_id: UUID
    bill_group_id: UUID
    kind: MethodKind
    currency: str
    """What will be charged."""
    holder: str
    """The name of the bill group's company, to be shown or filled in."""
    known_reference: str | None
    """The reference of another method of the same bill group, for adapters that keep customers."""
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """Money to be taken by a saved method while nobody is there. Callbacks name ``payment_id`` and ``workspace_id``."""

    payment_id: UUID
    workspace_id: UUID
    bill_group_id: UUID
    method_reference: str
    kind: MethodKind
    description: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money to be paid back, by the way that it came. Callbacks name ``refund_id``, ``payment_id`` and
    ``workspace_id``."""

    refund_id: UUID
    payment_id: UUID
    workspace_id: UUID
    payment_reference: str
    """The reference of the payment that is paid back, wholly or in part."""
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Approved:
    """The money was received (or, of a refund, sent). Final, as far as the gateway knows now."""

    reference: str
    method: PaymentMethod | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was taken, and nothing will be. ``reason`` is one of `DECLINED`, or the gateway's own word, at most 200
    characters."""

    reason: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RequiresAction:
    """The person has to confirm it on a page, whose address this is. The outcome comes as a callback."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class Processing:
    """The gateway has accepted it, and tells the outcome within days by a callback, as with a direct debit."""

    reference: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """There was no answer in time, or none that says what happened: money may have been taken. Nothing may be tried
    under another key until `Gateway.look_up` has said what became of it."""

    why: str


@dataclass(frozen=True, slots=True)
class NeverReceived:
    """The gateway knows nothing under this key and never will: it is safe to charge again."""


Result = Approved | Declined | RequiresAction | Processing | Unknown
RefundResult = Approved | Declined | Processing | Unknown


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback with a valid signature, and when it was signed. ``events`` is empty for one that says nothing of
    interest."""

    signed_at: datetime
    events: Sequence[GatewayEvent]


class Gateway(Protocol):
    """An adapter. It is made by a function of the settings (`services.billing.gateways.choosing`) and keeps nothing
    that other processes would miss."""

    name: ClassVar[str]
    """As in BILLING_GATEWAY. Stored with what is saved or paid there: another adapter never gets its references."""
    saves: ClassVar[frozenset[MethodKind]]
    """The kinds of methods that can be saved."""

    async def begin_checkout(self, checkout: Checkout, *, key: str) -> str:
        """The address of the gateway's page on which the person pays. The same key gets a page of the same payment.
        Raises `GatewayUnavailable`."""

    async def begin_setup(self, setup: Setup, *, key: str) -> str:
        """The address of the gateway's page on which the person saves a method. Raises `GatewayUnavailable`."""

    async def charge(self, charge: Charge, *, key: str) -> Result:
        """Charge a saved method. Never raises for what the gateway or the network does: that is `Unknown`."""

    async def refund(self, refund: Refund, *, key: str) -> RefundResult:
        """Pay back. An `Unknown` outcome is resolved by the same call under the same key."""

    async def look_up(self, charge: Charge, *, key: str) -> Result | NeverReceived:
        """What became of the charge that was sent under ``key``. Takes no money. `Unknown` while the gateway cannot
        say."""

    async def forget(self, method_reference: str, *, key: str) -> None:
        """Delete a saved method at the gateway. One that is not there is no error. Raises `GatewayUnavailable`."""

    async def read_callback(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Callback:
        """What a callback says. Checks its signature and age (``now`` is real time) before anything else, in constant
        time. May ask the gateway about what the callback names only by a reference. Names of ``headers`` are in lower
        case. Raises `GatewayEventRefused`, or `GatewayUnavailable` if the callback has to be sent again later."""
