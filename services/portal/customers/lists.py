"""The lists of a workspace's children: customers, those not connected yet, and the provider's partners. The pages about
one child are the same for each list, and lead back to the list that they were opened from."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Request

from shared.language import gettext as _
from shared.language import mark

TITLES = {"customers": mark("Customers"), "invitations": mark("Invitations"), "partners": mark("Partners")}


@dataclass(frozen=True, slots=True)
class ChildList:
    """``id`` is its entry in the side bar."""

    id: str
    path: str

    @property
    def title(self) -> str:
        return _(TITLES[self.id])

    @property
    def has_partners(self) -> bool:
        """Rather than customers."""
        return self.id == "partners"

    def invitation(self, child_id: UUID) -> str:
        """The path of the question whether to invite it."""
        return f"{self.path}/{child_id}" if self.id == "invitations" else f"{self.path}/{child_id}/invitation"

    def revocation(self, child_id: UUID) -> str:
        """The path that takes its pending invitation back."""
        return f"{self.invitation(child_id)}/revoke"

    def contact(self, child_id: UUID) -> str:
        """The path of its address on file."""
        return f"{self.path}/{child_id}/contact"

    def renaming(self, child_id: UUID) -> str:
        """The path of the form for its name."""
        return f"{self.path}/{child_id}/rename"

    def removal(self, child_id: UUID) -> str:
        """The path of the question whether to remove it."""
        return f"{self.path}/{child_id}/remove"

    def account(self, child_id: UUID) -> str:
        """The path of the page of one: a customer's account with its bill groups, or a partner with its customers."""
        return f"{self.path}/{child_id}"

    def about(self, child_id: UUID, matter: str) -> str:
        """The path of the page about a matter of it: ``suspension``, ``move`` or ``holders``."""
        return f"{self.account(child_id)}/{matter}"

    def about_below(self, partner_id: UUID, customer_id: UUID, matter: str) -> str:
        """The same, for a customer of a partner."""
        return f"{self.account(partner_id)}/customers/{customer_id}/{matter}"

    def users(self, child_id: UUID) -> str:
        """The path of the list of team members who may work for it."""
        return f"{self.path}/{child_id}/users"


def list_in(base: str, slug: str, name: str) -> ChildList:
    return ChildList(name, f"/{base}/{slug}/{name}")


async def _list_of(request: Request, base: str, slug: str) -> ChildList:
    name = request.url.path.split("/")[3]
    if name not in TITLES:
        raise HTTPException(404)
    return list_in(base, slug, name)


InList = Annotated[ChildList, Depends(_list_of)]
"""The list that the path names: /{base}/{slug}/{list}/…"""
