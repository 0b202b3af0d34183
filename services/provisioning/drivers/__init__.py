"""The drivers that make services, by the name that a product gives."""

from collections.abc import Mapping

from services.provisioning.drivers.port import Driver
from services.provisioning.drivers.simulator import Simulator

DRIVERS: Mapping[str, type[Driver]] = {"simulator": Simulator}
