"""The bill group that a page is about."""

from uuid import UUID

from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup
from services.portal.viewer import Viewer
from shared.language import gettext as _


async def bill_group(viewer: Viewer, group_id: UUID) -> BillGroup:
    """Raises `Refused` where the viewer sees no such group."""
    for group in await viewer.services.billing.bill_groups():
        if group.id == group_id:
            return group
    raise Refused(404, "not_found", _("Not found"), _("There is no such bill group."))
