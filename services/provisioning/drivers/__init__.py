"""The drivers that provision services, by the name that products reference."""

from collections.abc import Mapping

from services.provisioning.drivers.port import Driver
from services.provisioning.drivers.simulator import Simulator

DRIVERS: Mapping[str, type[Driver]] = {"simulator": Simulator}
