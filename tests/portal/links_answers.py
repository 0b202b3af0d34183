"""The fake API of identity for who may work for whom, and how one gets to a workspace."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem, refused_fields
from tests.portal.identity_answers import IdentityAnswers
from tests.portal.samples import ident


@dataclass
class LinksAnswers(IdentityAnswers):
    links: list[dict[str, Any]] = field(default_factory=list)
    enterable: dict[str, str] = field(default_factory=lambda: {"northwind": "meridian", "meridian": "larkspur"})
    """The parents of workspaces that all of the parent's people may work on behalf of, by slug."""

    admins_enter: bool = True
    """Whether Northwind lets the admins of its partner in."""
    visits: list[dict[str, Any]] = field(default_factory=list)
    """Work on behalf of Northwind that goes on now."""
    asks_for_reasons: bool = False
    """Whether somebody who enters has to say why."""

    former: dict[str, str] = field(default_factory=dict)
    """The present slugs of workspaces, by a former one."""

    @answers("GET", "/identity/destinations")
    def find_destination(self, request: httpx.Request) -> Reply:
        session, slug = self._session(request), request.url.params["workspace"]
        slug = self.former.get(slug, slug)
        if slug in session.workspaces:
            return {"workspace": samples.WORKSPACES[slug], "way": "own", "home_workspace": samples.WORKSPACES[slug]}
        home = self.enterable.get(slug)
        if home not in session.workspaces:
            return problem(404, "not-found", "There is no such workspace, or you may not open it.")
        ways = {"way": "on_behalf", "home_workspace": samples.WORKSPACES[home]}
        return {"workspace": samples.WORKSPACES[slug]} | ways

    @answers("GET", "/identity/links")
    def list_links(self, request: httpx.Request) -> Reply:
        return {"items": self.links, "next": None}

    @answers("GET", "/identity/links/linkable")
    def list_linkable(self, request: httpx.Request) -> Reply:
        linked = {link["user"]["id"] for link in self.links}
        candidates = [samples.PEOPLE[name] for name in ("tom", "priya", "lena")]
        return {"items": [person for person in candidates if person["id"] not in linked], "next": None}

    @answers("GET", "/identity/links/of-parent")
    def list_of_parent(self, request: httpx.Request) -> Reply:
        linked = [
            {"link_id": each["id"]} | {name: each[name] for name in ("user", "role", "last_day")} for each in self.links
        ]
        admin = {"link_id": None, "user": samples.PEOPLE["ana"], "role": "admin", "last_day": None}
        everybody = [*linked, *([admin] if self.admins_enter else [])]
        return [each | {"company": "Meridian Partners"} for each in everybody]

    @answers("DELETE", "/identity/links/of-parent/{link}")
    def end_link_of_parent(self, request: httpx.Request, link: str) -> Reply:
        if link not in {each["id"] for each in self.links}:
            return problem(404, "not-found", "There is no such link.")
        return self.unlink(request, link)

    @answers("POST", "/identity/links")
    def link_user(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        user = body["user_id"]
        if any(link["user"]["id"] == user for link in self.links):
            return problem(409, "already-linked", "The user is linked already.")
        if (body.get("last_day") or "9999") < "2000":
            return refused_fields(last_day="too_small")
        person = next(each for each in samples.PEOPLE.values() if each["id"] == user)
        linked = {"role": body.get("role", "support"), "last_day": body.get("last_day")}
        self.links.append({"id": ident("link" + user), "user": person} | linked)
        return self.links[-1]

    @answers("PATCH", "/identity/links/{link}")
    def change_link(self, request: httpx.Request, link: str) -> Reply:
        found = next(each for each in self.links if each["id"] == link)
        body = json.loads(request.content)
        if (body.get("last_day") or "9999") < "2000":
            return refused_fields(last_day="too_small")
        found |= body
        return found

    @answers("DELETE", "/identity/links/{link}")
    def unlink(self, request: httpx.Request, link: str) -> Reply:
        self.links = [each for each in self.links if each["id"] != link]
        return None

    @answers("GET", "/identity/links/all")
    def list_all_links(self, request: httpx.Request) -> Reply:
        there = {"workspace": samples.WORKSPACES["northwind"]}
        return {"items": [link | there for link in self.links], "next": None, "count": len(self.links)}

    @answers("GET", "/identity/links/of-parent/admins")
    def get_parent_admins(self, request: httpx.Request) -> Reply:
        return {"may_enter": self.admins_enter}

    @answers("PUT", "/identity/links/of-parent/admins")
    def switch_parent_admins(self, request: httpx.Request) -> Reply:
        self.admins_enter = json.loads(request.content)["may_enter"]
        return {"may_enter": self.admins_enter}

    @answers("GET", "/identity/on-behalf/here")
    def list_visits_here(self, request: httpx.Request) -> Reply:
        return self.visits

    @answers("GET", "/identity/on-behalf/below")
    def list_visits_below(self, request: httpx.Request) -> Reply:
        return [visit | {"workspace": samples.WORKSPACES["northwind"]} for visit in self.visits]

    @answers("POST", "/identity/on-behalf/here/{visit}/end")
    def end_visit_here(self, request: httpx.Request, visit: str) -> Reply:
        self.visits = [each for each in self.visits if each["id"] != visit]
        return None

    @answers("POST", "/identity/on-behalf/below/{visit}/end")
    def end_visit_below(self, request: httpx.Request, visit: str) -> Reply:
        return self.end_visit_here(request, visit)

    def let_somebody_in(self, reason: str | None = "Case 4711") -> dict[str, Any]:
        """Tom works on behalf of Northwind now."""
        visit = {"id": ident("visit"), "user": samples.PEOPLE["tom"], "role": "regular", "reason": reason,
                 "started_at": samples.now().isoformat()}  # fmt: skip
        self.visits.append(visit)
        return visit
