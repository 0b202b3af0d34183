"""The fake API of provisioning for sites, hosts and placements."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.portal import business
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.samples import ident


def site(key: str, name: str, city: str, country: str, latitude: float, longitude: float) -> dict[str, Any]:
    return {
        "id": ident(key), "key": key, "display_name": name, "city": city, "country": country, "latitude": latitude,
        "longitude": longitude,
    }  # fmt: skip


FRANKFURT = site("fra1", "Frankfurt 1", "Frankfurt", "DE", 50.11, 8.68)
VIENNA = site("vie1", "Vienna 1", "Vienna", "AT", 48.21, 16.37)
RESOURCES = [
    {"resource": "cpu_cores", "capacity": 128, "taken": 96},
    {"resource": "ports", "capacity": 1, "taken": 1},
]
HOST = {
    "id": ident("host"), "site_id": FRANKFURT["id"], "display_name": "fra1-node-01", "in_maintenance": False,
    "resources": RESOURCES,
}  # fmt: skip


def placed(service: dict[str, Any]) -> dict[str, Any]:
    return {name: service[name] for name in ("id", "kind", "display_name", "state", "operation")}


@dataclass
class InfrastructureAnswers:
    hosts: list[dict[str, Any]] = field(default_factory=lambda: [dict(HOST)])
    added_sites: list[dict[str, Any]] = field(default_factory=list)
    sites_offered: list[dict[str, Any]] = field(default_factory=lambda: [FRANKFURT, VIENNA])
    most_counted: int = 2
    """How many services are active at the first site."""

    @property
    def known_sites(self) -> list[dict[str, Any]]:
        return [FRANKFURT, VIENNA, *self.added_sites]

    @answers("GET", "/provisioning/sites/{key}")
    def site(self, request: httpx.Request, key: str) -> Reply:
        found = next((each for each in self.known_sites if each["key"] == key), None)
        return found or problem(404, "not-found", f"There is no site {key!r}.")

    @answers("POST", "/provisioning/sites")
    def add_site(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        if entry["key"] in [each["key"] for each in self.known_sites]:
            return problem(409, "site-key-taken", "There is a site 'fra1' already.")
        if refusal := self._site_refusal(entry):
            return refusal
        made = entry | {"id": ident(entry["key"]), "latitude": float(entry["latitude"]),
                        "longitude": float(entry["longitude"])}  # fmt: skip
        self.added_sites.append(made)
        return made

    @answers("PUT", "/provisioning/sites/{key}")
    def change_site(self, request: httpx.Request, key: str) -> Reply:
        entry = json.loads(request.content)
        return self._site_refusal(entry) or FRANKFURT | {"display_name": entry["display_name"]}

    def _site_refusal(self, entry: dict[str, Any]) -> httpx.Response | None:
        try:
            return refused_fields(latitude="too_large") if float(entry["latitude"]) > 90 else None
        except ValueError:
            return refused_fields(latitude="wrong_type")

    @answers("GET", "/provisioning/hosts/loads")
    def site_loads(self, request: httpx.Request) -> Reply:
        loads = [
            each | {"hosts": 1, "in_maintenance": 1 if at else 0, "resources": [] if at else RESOURCES}
            for at, each in enumerate(self.known_sites)
        ]
        return {"items": loads, "next": None}

    @answers("GET", "/provisioning/hosts")
    def list_hosts(self, request: httpx.Request) -> Reply:
        asked = request.url.params["site_id"]
        return {"items": [each for each in self.hosts if each["site_id"] == asked], "next": None}

    @answers("POST", "/provisioning/hosts")
    def add_host(self, request: httpx.Request) -> Reply:
        entry = json.loads(request.content)
        if entry["display_name"] == HOST["display_name"]:
            return problem(409, "host-name-taken", "There is a host with this name.")
        resources = [{"resource": name, "capacity": number, "taken": 0} for name, number in entry["capacity"].items()]
        made = HOST | {
            "id": ident(entry["display_name"]),
            "display_name": entry["display_name"],
            "resources": resources,
        }
        self.hosts.append(made)
        return made

    @answers("GET", "/provisioning/hosts/{host}")
    def host(self, request: httpx.Request, host: str) -> Reply:
        found = found_by_id(self.hosts, host)
        return found if isinstance(found, httpx.Response) else found | {"site": FRANKFURT, "services": 2}

    @answers("GET", "/provisioning/hosts/{host}/services")
    def hosted_services(self, request: httpx.Request, host: str) -> Reply:
        shown = [
            {name: service[name] for name in ("id", "kind", "display_name", "state")}
            | {"workspace_id": ident("northwind"), "customer_name": "Northwind Logistics", "takes": {"cpu_cores": 48}}
            for service in business.SERVICES
        ]
        return {"items": shown, "next": None}

    @answers("PUT", "/provisioning/hosts/{host}")
    def change_host(self, request: httpx.Request, host: str) -> Reply:
        entry = json.loads(request.content)
        if entry["capacity"]["cpu_cores"] < 96:
            return refused_fields(capacity__cpu_cores="too_small")
        return HOST | {"display_name": entry["display_name"]}

    @answers("POST", "/provisioning/hosts/{host}/begin-maintenance")
    def begin_maintenance(self, request: httpx.Request, host: str) -> Reply:
        return self._maintain(host, True)

    @answers("POST", "/provisioning/hosts/{host}/end-maintenance")
    def end_maintenance(self, request: httpx.Request, host: str) -> Reply:
        return self._maintain(host, False)

    def _maintain(self, host: str, begins: bool) -> Reply:
        found = found_by_id(self.hosts, host)
        if not isinstance(found, httpx.Response):
            found["in_maintenance"] = begins
        return found

    @answers("GET", "/provisioning/add-ons/site-offers/{product}")
    def sites_of_add_on(self, request: httpx.Request, product: str) -> Reply:
        return self.site_offers(request, product)

    @answers("GET", "/provisioning/site-offers/{product}")
    def site_offers(self, request: httpx.Request, product: str) -> Reply:
        return {"sites": self.sites_offered}

    @answers("GET", "/provisioning/placements/sites")
    def placed_at_sites(self, request: httpx.Request) -> Reply:
        counts = [{"kind": "port", "state": "active", "count": self.most_counted}]
        shown = [] if request.url.params.get("kind") == "node" else [placed(business.SERVICES[0])]
        here, elsewhere = {"counts": counts, "services": shown}, {"counts": [], "services": []}
        return {"items": [VIENNA | elsewhere, FRANKFURT | here], "next": None}

    @answers("GET", "/provisioning/placements/nowhere")
    def placed_nowhere(self, request: httpx.Request) -> Reply:
        counts = [{"kind": "node", "state": "active", "count": 1}]
        return {"counts": counts, "services": [placed(business.SERVICES[1])]}

    @answers("GET", "/provisioning/placements/services")
    def placed_services(self, request: httpx.Request) -> Reply:
        at_site = request.url.params.get("site_id")
        found = [business.SERVICES[0]] if at_site else [business.SERVICES[1]]
        return {"items": found, "next": None, "count": len(found)}

    @answers("GET", "/provisioning/placements/{service}")
    def placement(self, request: httpx.Request, service: str) -> Reply:
        if service == business.SERVICES[0]["id"]:
            return {"site": FRANKFURT, "takes": {"ports": 1, "bandwidth_mbps": 10_000}}
        return {"site": None, "takes": {}}
