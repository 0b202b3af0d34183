"""Whether a bill group's invoices can be paid online: switched for all groups by a setting, and for each one."""

from services.billing.bill_groups.models import BillGroup
from services.billing.settings import Settings
from shared.errors import Conflict


class PayingIsOff(Conflict):
    """The seller has switched paying online off, for this bill group or for everybody. The invoice says how else to
    pay."""

    title = "Paying online is switched off"


def is_paying_on(group: BillGroup, settings: Settings) -> bool:
    """Of a locked group."""
    return settings.takes_online_payments and group.paying_on


def check_paying_is_on(group: BillGroup, settings: Settings) -> None:
    """Raises `PayingIsOff`."""
    if not is_paying_on(group, settings):
        raise PayingIsOff(f"{group.display_name} cannot be paid online. Its invoices say how else to pay.")
