from services.provisioning.drivers import DRIVERS
from services.provisioning.drivers.schemas import DriverRead
from shared.auth import Router, allow

router = Router("provisioning", "drivers")


@router.get("", guard=allow("catalogue.edit"))
async def list_drivers() -> list[DriverRead]:
    """The drivers that provision services, by name, and what options each takes."""
    return [
        DriverRead(name=name, options_schema=driver.options.model_json_schema())
        for name, driver in sorted(DRIVERS.items())
    ]
