"""Identity: who may work for whom, work on behalf, and how one gets to a workspace."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page, given
from services.portal.clients.page_context import User, Workspace
from services.portal.clients.visits import OpenVisit, OpenVisitBelow

Nothing = type(None)
SortOfLinks = Literal["person", "workspace", "role", "last_day"]


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
    last_day: date | None = None
    """After which day it ends by itself; None: it stays until somebody ends it."""


class LinkOfAll(Link):
    workspace: Workspace
    """The customer or partner for whom the person may work."""


class ParentAdmins(Answer):
    """Whether the admins of the parent workspace may enter this one without a link."""

    may_enter: bool = True


class PersonOfParent(Answer):
    """Somebody of the parent workspace who may work on behalf of this one. Without a link: as one of its admins."""

    link_id: UUID | None
    company: str
    user: User
    role: str
    last_day: date | None = None


@dataclass(frozen=True)
class Linking(Exporting):
    async def links(self, customer_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[Link]:
        return await self.api.get("/links", Page[Link], customer_id=str(customer_id), cursor=cursor, limit=limit)

    async def linkable(self, customer_id: UUID, *, cursor: str = "", limit: int = 100) -> Page[User]:
        """Users of this workspace who can be linked to a customer."""
        return await self.api.get(
            "/links/linkable", Page[User], customer_id=str(customer_id), cursor=cursor, limit=limit
        )

    async def all_links(
        self, *, q: str = "", role: str = "", sort: SortOfLinks = "person", descending: bool | None = None,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> Page[LinkOfAll]:  # fmt: skip
        """Who of this workspace may work for which customer or partner."""
        return await self.api.get(
            "/links/all", Page[LinkOfAll], q=q, role=role, sort=sort, descending=descending, count=count,
            cursor=cursor, limit=limit,
        )  # fmt: skip

    async def link_user(self, customer_id: UUID, user_id: str, role: str, last_day: str, key: str) -> Link:
        """``last_day``: an ISO date; empty: until somebody ends it."""
        body = {"customer_id": str(customer_id), "user_id": user_id}
        body |= given(role=role if role != "support" else None, last_day=last_day or None)
        return await self.api.post("/links", Link, body, key=key)

    async def change_link(self, link_id: UUID, role: str) -> Link:
        return await self.api.patch(f"/links/{link_id}", Link, {"role": role})

    async def change_last_day(self, link_id: UUID, last_day: str) -> Link:
        """``last_day``: an ISO date; empty: until somebody ends it."""
        return await self.api.patch(f"/links/{link_id}", Link, {"last_day": last_day or None})

    async def parent_admins(self) -> ParentAdmins:
        return await self.api.get("/links/of-parent/admins", ParentAdmins)

    async def switch_parent_admins(self, may_enter: bool) -> None:
        await self.api.put("/links/of-parent/admins", ParentAdmins, {"may_enter": may_enter})

    async def visits_here(self) -> list[OpenVisit]:
        """Who works on behalf of this workspace now."""
        return await self.api.get("/on-behalf/here", list[OpenVisit])

    async def visits_below(self) -> list[OpenVisitBelow]:
        """Who of this workspace works on behalf of which customer now."""
        return await self.api.get("/on-behalf/below", list[OpenVisitBelow])

    async def end_visit_here(self, visit_id: UUID) -> None:
        await self.api.post(f"/on-behalf/here/{visit_id}/end", Nothing)

    async def end_visit_below(self, visit_id: UUID) -> None:
        await self.api.post(f"/on-behalf/below/{visit_id}/end", Nothing)

    async def people_of_parent(self) -> list[PersonOfParent]:
        return await self.api.get("/links/of-parent", list[PersonOfParent])

    async def end_link_of_parent(self, link_id: UUID) -> None:
        await self.api.delete(f"/links/of-parent/{link_id}")

    async def unlink(self, link_id: UUID) -> None:
        await self.api.delete(f"/links/{link_id}")

    async def destination(self, slug: str) -> Destination:
        return await self.api.get("/destinations", Destination, workspace=slug)

    async def work_on_behalf(self, slug: str, reason: str = "") -> None:
        """``reason``: what for, in one line; empty: not said."""
        await self.api.post("/on-behalf", Nothing, {"workspace": slug} | given(reason=reason or None))

    async def open_preview(self, customer_id: UUID, group_id: UUID) -> Workspace:
        """The customer's workspace, in which the session shows the bill group's portal."""
        asked = {"customer_id": str(customer_id), "bill_group_id": str(group_id)}
        return (await self.api.post("/previews", Acting, asked)).workspace

    async def end_preview(self) -> None:
        await self.api.post("/previews/end", Nothing)

    async def end_on_behalf(self) -> None:
        await self.api.post("/on-behalf/end", Nothing)
