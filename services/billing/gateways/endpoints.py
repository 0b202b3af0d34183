"""What endpoints are given of the gateway."""

from typing import Annotated

from fastapi import Depends, Request

from services.billing.gateways.choosing import gateway_of
from services.billing.gateways.port import Gateway


async def _current(request: Request) -> Gateway:
    runtime = request.app.state.runtime
    return gateway_of(runtime.settings, runtime.sessions, runtime.clock)


CurrentGateway = Annotated[Gateway, Depends(_current)]
"""This installation's gateway. Raises `PaymentsNotSetUp` where there is none."""
