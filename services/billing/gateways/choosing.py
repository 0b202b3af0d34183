"""Which adapter an installation uses: the one that BILLING_GATEWAY names."""

from collections.abc import Callable
from importlib import import_module

from services.billing.gateways.port import Gateway
from services.billing.gateways.simulator.adapter import SimulatedGateway
from services.billing.settings import Settings
from shared.clock import Clock
from shared.db import Sessions
from shared.errors import Conflict


class PaymentsNotSetUp(Conflict):
    """The seller takes no online payments. The invoice names other ways to pay."""  # (L15)

    title = "Online payment is not set up"


Make = Callable[[Settings, Sessions, Clock], Gateway]


def _stripe(settings: Settings, sessions: Sessions, clock: Clock) -> Gateway:
    """Its library is an optional extra, so that it is imported only where it is used."""
    adapter = import_module("services.billing.gateways.stripe.adapter")
    made: Gateway = adapter.StripeGateway.of(settings, sessions, clock)
    return made


ADAPTERS: dict[str, Make] = {"simulator": SimulatedGateway.of, "stripe": _stripe}
"""Each adapter by its name, in a folder of its own. ``sessions`` are for what an adapter keeps itself."""


def gateway_of(settings: Settings, sessions: Sessions, clock: Clock) -> Gateway:
    """The gateway of this installation. Raises `PaymentsNotSetUp` where there is none."""
    return ADAPTERS[gateway_name(settings)](settings, sessions, clock)


def gateway_name(settings: Settings) -> str:
    """The name of this installation's gateway. Raises `PaymentsNotSetUp` where there is none."""
    if settings.gateway_name not in ADAPTERS:
        raise PaymentsNotSetUp("This seller takes no payments online. The invoice says how else to pay.")
    return settings.gateway_name
