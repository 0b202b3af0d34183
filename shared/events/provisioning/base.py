"""What all events of provisioning share."""

from typing import ClassVar, Literal

from shared.events.base import Event

ServiceKind = Literal["node", "port", "virtual_circuit", "cloud_connection", "asset", "licence", "cloud_subscription"]


class ProvisioningEvent(Event):
    publisher: ClassVar[str] = "provisioning"
