"""From which side licences are looked at: by the customer's own people, or by the provider's staff."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.portal.customers.account_paths import id_in_path
from services.portal.viewer import InWorkspace
from shared.language import gettext as _

OWN = "/w/{slug}/licences"
OF_CUSTOMER = "/provider/{slug}/customers/{customer_id}/licences"


@dataclass(frozen=True, slots=True)
class Side:
    path: str
    customer_id: UUID | None
    """The customer whom staff look at; None: the workspace's own people do."""
    above: tuple[str, str]
    """Where the list's crumb leads, and what it says; both empty where there is none."""
    view: str
    """The permission that the pages need."""

    @property
    def active(self) -> str:
        """The entry of the side bar."""
        return "customers" if self.customer_id else "licences"

    def at(self, licence_id: UUID, rest: str = "") -> str:
        return f"{self.path}/{licence_id}{rest}"


async def _side(request: Request, viewer: InWorkspace) -> Side:
    given = request.path_params.get("customer_id")
    if given is None:
        return Side(viewer.path("licences"), None, ("", ""), "licence.view")
    account = f"/provider/{viewer.workspace.slug}/customers/{given}"
    return Side(f"{account}/licences", id_in_path(given), (account, _("Account")), "licence.revoke")


OnSide = Annotated[Side, Depends(_side)]
