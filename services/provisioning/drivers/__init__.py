"""The drivers that provision services, by the name that products reference."""

from collections.abc import Mapping

from services.provisioning.drivers.manual import Manual
from services.provisioning.drivers.port import Driver
from services.provisioning.drivers.simulator import Simulator

DRIVERS: Mapping[str, type[Driver]] = {"manual": Manual, "simulator": Simulator}
BY_HAND = tuple(sorted(name for name, driver in DRIVERS.items() if driver.by_hand))
