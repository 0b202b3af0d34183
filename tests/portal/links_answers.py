"""The fake API of identity for who may work for whom, and how one gets to a workspace."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import samples
from tests.portal.answering import Reply, answers, problem
from tests.portal.identity_answers import IdentityAnswers
from tests.portal.samples import ident


@dataclass
class LinksAnswers(IdentityAnswers):
    links: list[dict[str, Any]] = field(default_factory=list)
    enterable: dict[str, str] = field(default_factory=lambda: {"northwind": "meridian", "meridian": "larkspur"})
    """The parents of workspaces that all of the parent's people may work on behalf of, by slug."""

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
        linked = [{"link_id": each["id"], "user": each["user"], "role": each["role"]} for each in self.links]
        everybody = [*linked, {"link_id": None, "user": samples.PEOPLE["ana"], "role": "admin"}]
        return [each | {"company": "Meridian Partners"} for each in everybody]

    @answers("DELETE", "/identity/links/of-parent/{link}")
    def end_link_of_parent(self, request: httpx.Request, link: str) -> Reply:
        if link not in {each["id"] for each in self.links}:
            return problem(404, "not-found", "There is no such link.")
        return self.unlink(request, link)

    @answers("POST", "/identity/links")
    def link_user(self, request: httpx.Request) -> Reply:
        user = json.loads(request.content)["user_id"]
        person = next(each for each in samples.PEOPLE.values() if each["id"] == user)
        self.links.append({"id": ident("link" + user), "user": person, "role": "support"})
        return self.links[-1]

    @answers("PATCH", "/identity/links/{link}")
    def change_link(self, request: httpx.Request, link: str) -> Reply:
        found = next(each for each in self.links if each["id"] == link)
        found["role"] = json.loads(request.content)["role"]
        return found

    @answers("DELETE", "/identity/links/{link}")
    def unlink(self, request: httpx.Request, link: str) -> Reply:
        self.links = [each for each in self.links if each["id"] != link]
        return None
