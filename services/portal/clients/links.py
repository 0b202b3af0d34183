"""Identity: who may work for whom, work on behalf, and how one gets to a workspace."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page
from services.portal.clients.page_context import User, Workspace

Nothing = type(None)


class Acting(Answer):
    """Where the session acts now."""

    workspace: Workspace


class Destination(Answer):
    """A workspace whose pages the person may open, and how they get there."""

    workspace: Workspace
    way: Literal["own", "on_behalf"]
    home_workspace: Workspace


class Link(Answer):
    id: UUID
    user: User
    role: str


class PersonOfParent(Answer):
    """Somebody of the parent workspace who may work on behalf of this one. Without a link: as one of its admins."""

    link_id: UUID | None
    company: str
    user: User
    role: str


@dataclass(frozen=True)
class Linking(Exporting):
    async def links(self, customer_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[Link]:
        return await self.api.get("/links", Page[Link], customer_id=str(customer_id), cursor=cursor, limit=limit)

    async def linkable(self, customer_id: UUID, *, cursor: str = "", limit: int = 100) -> Page[User]:
        """Users of this workspace who can be linked to a customer."""
        return await self.api.get(
            "/links/linkable", Page[User], customer_id=str(customer_id), cursor=cursor, limit=limit
        )

    async def link_user(self, customer_id: UUID, user_id: str, key: str) -> Link:
        return await self.api.post("/links", Link, {"customer_id": str(customer_id), "user_id": user_id}, key=key)

    async def change_link(self, link_id: UUID, role: str) -> Link:
        return await self.api.patch(f"/links/{link_id}", Link, {"role": role})

    async def people_of_parent(self) -> list[PersonOfParent]:
        return await self.api.get("/links/of-parent", list[PersonOfParent])

    async def end_link_of_parent(self, link_id: UUID) -> None:
        await self.api.delete(f"/links/of-parent/{link_id}")

    async def unlink(self, link_id: UUID) -> None:
        await self.api.delete(f"/links/{link_id}")

    async def destination(self, slug: str) -> Destination:
        return await self.api.get("/destinations", Destination, workspace=slug)

    async def work_on_behalf(self, slug: str) -> None:
        await self.api.post("/on-behalf", Nothing, {"workspace": slug})

    async def open_preview(self, customer_id: UUID, group_id: UUID) -> Workspace:
        """The customer's workspace, in which the session shows the bill group's portal."""
        asked = {"workspace_id": str(customer_id), "bill_group_id": str(group_id)}
        return (await self.api.post("/previews", Acting, asked)).workspace

    async def end_preview(self) -> None:
        await self.api.post("/previews/end", Nothing)

    async def end_on_behalf(self) -> None:
        await self.api.post("/on-behalf/end", Nothing)
