"""What the provider does by itself with a customer of a partner."""

from collections.abc import Callable
from uuid import UUID

from markupsafe import Markup

from services.portal.atoms import icon
from services.portal.clients.customers import Child
from services.portal.customers.lists import ChildList
from services.portal.tables.cells import icon_link
from services.portal.viewer import Viewer
from shared.language import gettext as _


def acts_below(listed: ChildList, partner_id: UUID) -> Callable[[Child, Viewer], Markup | str]:
    """The ways to suspend it, to propose another seller to it, and to its holders, of somebody who has signed up."""

    def acts(child: Child, viewer: Viewer) -> Markup | str:
        made, name = Markup(""), child.display_name

        def at(matter: str) -> str:
            return listed.about_below(partner_id, child.id, matter)

        if child.is_connected and viewer.may("workspace.suspend"):
            label = _("Suspension of %(name)s", name=name) if child.suspended_at else _("Suspend %(name)s", name=name)
            made += icon_link(at("suspension"), icon("lock"), label)
        if child.is_connected and viewer.may("customer.move"):
            made += icon_link(at("move"), icon("arrows-exchange"), _("Move %(name)s to another seller", name=name))
        if child.is_connected and viewer.may("holder.change_below"):
            made += icon_link(at("holders"), icon("user-shield"), _("Holders of %(name)s", name=name))
        return made

    return acts
