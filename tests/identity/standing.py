"""A simple model of what Tom may do in Meridian and for Northwind, and the requests that change it."""

from dataclasses import dataclass, replace
from typing import Any

from tests.identity.harness import Request, Story


@dataclass(frozen=True)
class Standing:
    """What Tom is in Meridian, by which link he may work for Northwind, and as what he is inside it."""

    role: str = "regular"
    link: str | None = None
    inside: str | None = None
    open: frozenset[str] = frozenset()
    """The workspaces to which an invitation that Tom has sent is pending."""

    def after(self, step: str) -> "Standing":
        changed = self._changed(step)
        allowed = {
            "meridian-partners": changed.role == "admin",
            "northwind-logistics": "admin" in (changed.role, changed.link),
        }
        return replace(changed, open=frozenset(name for name in changed.open if allowed[name]))

    @property
    def may_invite(self) -> bool:
        return (self.inside or self.role) == "admin"

    def _changed(self, step: str) -> "Standing":
        changes: dict[str, Any] = {}
        if step in ("promote", "demote"):
            changes = {"role": "admin" if step == "promote" else "regular"}
            changes |= {"inside": None} if (step, self.role) == ("demote", "admin") else {}
        elif step == "link":
            changes = {"link": self.link or (None if self.role == "admin" else "support")}
        elif step == "invite" and self.may_invite:
            changes = {"open": self.open | {"northwind-logistics" if self.inside else "meridian-partners"}}
        elif step in ("unlink", "dismiss", "regular", "support", "admin") and self.link:
            new = None if step in ("unlink", "dismiss") else step
            changes = {"link": new, "inside": self.inside and new}
        elif step == "enter":
            changes = {"inside": self.inside or ("admin" if self.role == "admin" else self.link)}
        elif step in ("leave", "switch"):
            changes = {"inside": None}
        return replace(self, **changes)


@dataclass
class Changes:
    """The requests of Ana, an admin, of Tom, and of Jonas, an admin of the customer, by the names of the model's
    steps."""

    story: Story
    tom_id: str

    async def request(self, step: str) -> Request:
        if step == "dismiss":
            links = await self.links()
            return self.story.jonas, "DELETE", f"links/of-parent/{links[0]['id'] if links else self.tom_id}", None
        return await self._of_ana(step) if step in ANAS else (self.story.tom, *TOMS[step])

    async def _of_ana(self, step: str) -> Request:
        links = await self.links()
        link = f"links/{links[0]['id'] if links else self.tom_id}"  # without a link, one that is not there
        body = {"customer_id": self.story.northwind, "user_id": self.tom_id}
        method, path = ANAS[step]
        if method == "PATCH":
            body = {"role": {"promote": "admin", "demote": "regular"}.get(step, step)}
        return self.story.ana, method, path.format(link=link, tom=self.tom_id), body if method != "DELETE" else None

    async def links(self) -> list[dict[str, Any]]:
        found = await self.story.ana.get("links", customer_id=self.story.northwind)
        return list(found["items"])

    async def seen(self) -> Standing:
        here = await self.story.tom.token()
        users = {user["id"]: user["role"] for user in (await self.story.ana.get("users"))["items"]}
        links = await self.links()
        inside = here["roles"] if here["via"] == "on_behalf" else None
        link = links[0]["role"] if links else None
        standing = Standing(users[self.tom_id], link, inside and inside[0], await self._open())
        assert here["roles"] == [standing.inside or standing.role]
        assert len(links) < 2
        return standing

    async def _open(self) -> frozenset[str]:
        pending = (
            "SELECT w.slug FROM invitations i JOIN workspaces w USING (workspace_id)"
            " WHERE i.state = 'pending' AND i.invited_by = cast(:tom AS uuid)"
        )
        rows = await self.story.identity.sql(pending, tom=self.tom_id)
        return frozenset(row["slug"] for row in rows)


ANAS = {
    "link": ("POST", "links"),
    "unlink": ("DELETE", "{link}"),
    "regular": ("PATCH", "{link}"),
    "support": ("PATCH", "{link}"),
    "admin": ("PATCH", "{link}"),
    "promote": ("PATCH", "users/{tom}"),
    "demote": ("PATCH", "users/{tom}"),
}
OTHERS = {*ANAS, "dismiss"}
"""The steps of everybody but Tom."""
GUEST = {"address": "guest@elsewhere.example", "display_name": "Guest", "role": "member"}
TOMS = {
    "enter": ("POST", "on-behalf", {"workspace": "northwind-logistics"}),
    "leave": ("POST", "on-behalf/end", None),
    "switch": ("POST", "sessions/switch", {"workspace": "meridian-partners"}),
    "invite": ("POST", "invitations", GUEST),
}
