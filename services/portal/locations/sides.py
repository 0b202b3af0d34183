"""From which side locations are looked at: by the customer's own people, or by its seller. The pages are the same."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, HTTPException, Request

from services.portal.customers.account_paths import id_in_path
from services.portal.viewer import InWorkspace, Viewer
from shared.language import gettext as _

Base = Literal["w", "partner", "provider"]
OWN = "/w/{slug}/locations"
OF_CUSTOMER = "/{base}/{slug}/customers/{customer_id}/locations"


@dataclass(frozen=True, slots=True)
class Side:
    path: str
    customer_id: UUID | None
    """The customer whose seller looks; None: the workspace's own people do."""
    above: tuple[str, str]
    """Where the list's crumb leads, and what it says; both empty where there is none."""
    manages: bool
    """Whether the viewer may add, change and close locations, and invite the contact on file."""
    view: str
    """The permission that the pages need."""

    @property
    def active(self) -> str:
        """The entry of the side bar."""
        return "customers" if self.customer_id else "locations"

    def at(self, location_id: UUID, rest: str = "") -> str:
        return f"{self.path}/{location_id}{rest}"


def own_side(viewer: Viewer) -> Side:
    return Side(viewer.path("locations"), None, ("", ""), viewer.may("location.manage"), "location.view")


async def _side(request: Request, viewer: InWorkspace) -> Side:
    base, slug = request.url.path.split("/")[1:3]
    given = request.path_params.get("customer_id")
    if given is None:
        return own_side(viewer)
    if base not in ("partner", "provider"):
        raise HTTPException(404)
    account = f"/{base}/{slug}/customers/{given}"
    manages = viewer.may("customer.manage_locations")
    return Side(
        f"{account}/locations", id_in_path(given), (account, _("Account")), manages, "customer.manage_locations"
    )


OnSide = Annotated[Side, Depends(_side)]
