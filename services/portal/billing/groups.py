"""The bill groups that a page is about."""

from uuid import UUID

from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup
from services.portal.viewer import Section, Viewer, section
from shared.language import gettext as _


async def bill_groups(viewer: Viewer) -> Section[list[BillGroup]]:
    return await section(viewer, "money.view", viewer.services.billing.bill_groups)


def pays_online(groups: Section[list[BillGroup]], group_id: UUID) -> bool:
    """Whether to offer paying online. While nobody knows, it is offered: billing refuses in words where it is off."""
    return all(group.paying_on for group in groups.content or () if group.id == group_id)


async def bill_group(viewer: Viewer, group_id: UUID) -> BillGroup:
    """Raises `Refused` where the viewer sees no such group."""
    for group in await viewer.services.billing.bill_groups():
        if group.id == group_id:
            return group
    raise Refused(404, "not_found", _("Not found"), _("There is no such bill group."))
