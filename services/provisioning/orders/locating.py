"""Where what is ordered is deployed at its customer, and which bill group pays for it there."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.bill_groups.service import BillGroupDoesNotFit
from services.provisioning.locations.service import find_place, not_yours
from services.provisioning.orders.schemas import OrderCreate
from services.provisioning.services.models import Service
from shared.auth import Access
from shared.field_errors import field_error
from shared.scope import Within


class Place(NamedTuple):
    location_id: UUID | None
    bill_group_id: UUID | None
    """The bill group that an order names: that of its service or location, or what was chosen."""


def at_own_location(body: OrderCreate, access: Access) -> OrderCreate:
    """The order of somebody who is limited to locations is for one of these: for the only one, if it names none. Raises
    `LocationNotYours`. An add-on is where its service is, which its person sees."""
    scope = access.scope
    if not isinstance(scope, Within) or scope.bill_groups or body.location_id or body.whole_id:
        return body
    if len(scope.locations) != 1:
        raise not_yours("is required: choose one of your locations")
    return body.model_copy(update={"location_id": next(iter(scope.locations))})


async def find_out_where(session: AsyncSession, body: OrderCreate, whole: Service | None) -> Place:
    """Where the service of an order will be. Raises `LocationNotYours` or `BillGroupDoesNotFit`."""
    if whole is not None:
        if body.location_id not in (None, whole.location_id):
            raise not_yours("is not where the service is")
        return Place(whole.location_id, whole.bill_group_id)
    if body.location_id is None:
        return Place(None, body.bill_group_id)
    location = await find_place(session, body.location_id)
    if body.bill_group_id not in (None, location.bill_group_id):
        errors = [field_error("/bill_group_id", "does_not_fit", "is not the one that pays for the location")]
        raise BillGroupDoesNotFit("What is deployed at a location is paid by its bill group.", errors=errors)
    return Place(location.id, location.bill_group_id)
