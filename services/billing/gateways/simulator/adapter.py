"""The built-in payment gateway of the demo and the tests: the adapter of a provider that lives in billing itself.

Its pages are `services.billing.simulated_gateway`. What it has to remember are rows (`SimulatedPayment`), so that
nothing is lost in a restart, and what it tells days later is told in business time, which a demo can move.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import SecretStr, TypeAdapter, ValidationError
from sqlalchemy import select

from services.billing.gateways import port
from services.billing.gateways.events import GatewayEvent
from services.billing.gateways.models import SimulatedPayment
from services.billing.gateways.port import Callback, Charge, Checkout, GatewayEventRefused, NeverReceived, Refund, Setup
from services.billing.gateways.sealing import Seal, SealBroken
from services.billing.gateways.simulator.scripts import SCRIPTS, Script
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER, check_signature, sign
from services.billing.gateways.simulator.telling import Played, first_event, keep, play
from services.billing.settings import Settings
from shared.clock import Clock
from shared.db import Sessions
from shared.errors import Gone
from shared.events.billing import MethodKind, PaymentMethod
from shared.scope import begin_in
from shared.secrets import values_of

_pages: TypeAdapter[Checkout | Setup] = TypeAdapter(Checkout | Setup)
_events: TypeAdapter[GatewayEvent] = TypeAdapter(GatewayEvent)
PREFIX = "sim_"


class PaymentPageOver(Gone):
    """The link of the payment page is not valid or has expired. Open the invoice and choose Pay again."""

    title = "This payment page is over"


class SimulatedGateway(port.Gateway):
    name: ClassVar[str] = "simulator"
    saves: ClassVar[frozenset[MethodKind]] = frozenset({"card", "sepa_debit", "ach_debit"})

    def __init__(
        self, secret: SecretStr, public_url: str, sessions: Sessions | None = None, clock: Clock | None = None
    ) -> None:
        self._secrets, self._public_url = [value.encode() for value in values_of(secret)], public_url.rstrip("/")
        self._seal = Seal(secret, "page", _pages)
        self._sessions, self._clock = sessions, clock or Clock()

    @classmethod
    def of(cls, settings: Settings, sessions: Sessions, clock: Clock) -> "SimulatedGateway":
        return cls(settings.gateway_secret, settings.public_url, sessions, clock)

    async def begin_checkout(self, checkout: Checkout, *, key: str) -> str:
        return self.page_url(checkout)

    async def begin_setup(self, setup: Setup, *, key: str) -> str:
        return self.page_url(setup)

    def page_url(self, asked: Checkout | Setup) -> str:
        return f"{self._public_url}/api/billing/simulated-gateway/{self._seal.close(asked)}"

    def open_page(self, sealed: str, *, now: datetime) -> Checkout | Setup:
        """What a page's link is for. Raises `PaymentPageOver` when the link is invalid or expired."""
        try:
            asked = self._seal.open(sealed)
        except SealBroken:
            raise PaymentPageOver("This is not the link of a payment page. Open the invoice again.") from None
        if now >= asked.expires_at:
            raise PaymentPageOver("This payment page was open for too long. Open the invoice and choose Pay again.")
        return asked

    async def charge(self, charge: Charge, *, key: str) -> port.Result:
        """Plays the script that the method is named by."""
        known = await self._answer(charge.workspace_id, key)
        script = SCRIPTS[_script_of(charge.method_reference)]
        if known is not None and known["kind"] != "never_received":
            return self._said(known, script.reason)
        first = known is None
        method: PaymentMethod = "card" if charge.kind == "card" else "direct_debit"
        played = Played(charge.payment_id, charge.workspace_id, charge.amount_minor, charge.currency, method)
        truth = (script.truth or script.answer) if first else "approved"
        answer = {"kind": truth, "reference": f"sim_pay_{charge.payment_id.hex}", "method": method}
        later = play(played, script) if first else []
        await keep(self._open(), self._clock.now(), key, answer, later, played)
        return self._said({**answer, "kind": script.answer if first else truth}, script.reason)

    async def look_up(self, charge: Charge, *, key: str) -> port.Result | NeverReceived:
        known = await self._answer(charge.workspace_id, key)
        if known is None or known["kind"] == "never_received":
            return NeverReceived()
        return self._said(known, SCRIPTS[_script_of(charge.method_reference)].reason)

    async def refund(self, refund: Refund, *, key: str) -> port.RefundResult:
        return port.Approved(f"sim_refund_{refund.refund_id.hex}")

    async def forget(self, method_reference: str, *, key: str) -> None:
        """It keeps nothing of a method."""

    async def read_callback(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Callback:
        signed_at = check_signature(self._secrets, body, headers.get(SIGNATURE_HEADER.lower(), ""), now=now)
        try:
            return Callback(signed_at, (_events.validate_json(body),))
        except ValidationError:
            raise GatewayEventRefused("The callback does not say what happened to which payment.") from None

    def write_callback(self, event: GatewayEvent, *, now: datetime) -> tuple[bytes, str]:
        """A callback's body, and its signature at ``now``."""
        body = event.model_dump_json().encode()
        return body, self.sign(body, now)

    def sign(self, body: bytes, at: datetime) -> str:
        return sign(self._secrets[0], body, at)

    async def settle_page(self, played: Played, script: Script, now: datetime) -> GatewayEvent | None:
        """A button of a payment's page was pressed: what is told at once. The first press decides, as at a provider
        whose page is over then. ``now`` is business time."""
        event = first_event(played, script)
        answer = {"kind": event.told if event else "silence", "told": event and event.model_dump(mode="json")}
        key, later = f"page-{played.payment_id}", play(played, script)
        told = (await keep(self._open(), now, key, answer, later, played))["told"]
        return read_event(told) if told else None

    def _open(self) -> Sessions:
        assert self._sessions is not None, "only in tests of what needs no database"
        return self._sessions

    async def _answer(self, workspace_id: UUID, key: str) -> dict[str, Any] | None:
        async with begin_in(self._open(), workspace_id) as session:
            found = select(SimulatedPayment.answer).where(SimulatedPayment.key == key)
            answer: dict[str, Any] | None = await session.scalar(found)
            return answer

    def _said(self, answer: dict[str, Any], reason: str) -> port.Result:
        kind, reference = answer["kind"], answer["reference"]
        if kind == "approved":
            return port.Approved(reference, answer["method"])
        if kind == "declined":
            return port.Declined(reason or "declined", reference)
        if kind == "requires_action":
            return port.RequiresAction(f"{self._public_url}/", reference)
        return port.Processing(reference) if kind == "processing" else port.Unknown("no answer in time")


def method_reference(script: str, method_id: UUID) -> str:
    """The reference of a method that plays ``script`` whenever it is charged."""
    return f"{PREFIX}{script}:{method_id.hex}"


def _script_of(reference: str) -> str:
    script = reference.removeprefix(PREFIX).partition(":")[0]
    return script if script in SCRIPTS else "declined"


def read_event(stored: dict[str, Any]) -> GatewayEvent:
    """An event that was stored."""
    return _events.validate_python(stored)
