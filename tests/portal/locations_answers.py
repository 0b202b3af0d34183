"""The fake APIs of locations: provisioning's, and identity's door."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.field_errors import field_error
from tests.portal.answering import Reply, answers, found_by_id, problem, refused_fields
from tests.portal.samples import INVITATIONS, at, ident


def location(key: str, name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": ident(key), "bill_group_id": ident("group"), "bill_group_name": "Default", "display_name": name,
        "street": "Torstraße 1", "postal_code": "10119", "city": "Berlin", "country": "DE",
        "contact_name": "Mara Lind", "contact_address": "mara@northwind.example", "state": "open", "services": 0,
    } | changes  # fmt: skip


BERLIN = location("berlin", "Berlin office", services=2)
COLOGNE = location("cologne", "Cologne", city="Cologne", contact_name="", contact_address="")
DRESDEN = location("dresden", "Dresden", city="Dresden", state="closed")
PENDING = {"sent_at": at(days=1), "expires_at": at(days=-6), "reminded_at": None, "undelivered_at": None}
MARA = {
    "user_id": ident("mara"), "address": "mara@northwind.example", "display_name": "Mara Lind", "since": at(days=3),
    "last_active_at": None, "let_in_by": "Jonas Weber",
}  # fmt: skip


def status(of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": of["id"], "status": "not_connected", "people": 0, "invitation": None} | changes


@dataclass
class LocationsAnswers:
    locations: list[dict[str, Any]] = field(default_factory=list)
    doors: list[dict[str, Any]] = field(default_factory=list)
    """Whether somebody has signed up for each."""

    def have_locations(self) -> None:
        """Three of them: one that is connected, one without an address on file, and a closed one."""
        self.locations = [BERLIN, COLOGNE, DRESDEN]
        self.doors = [status(BERLIN, status="connected", people=1), status(COLOGNE)]

    def _listed(self, request: httpx.Request) -> Reply:
        state = request.url.params.get("state")
        found = [each for each in self.locations if state in (None, each["state"])]
        return {"items": found, "next": None, "count": len(found) if request.url.params.get("count") else None}

    def _saved(self, request: httpx.Request) -> Reply:
        body = json.loads(request.content)
        if not body["display_name"]:
            return refused_fields(display_name="required")
        if any(each["display_name"] == body["display_name"] for each in self.locations[1:]):
            return problem(409, "location-name-taken", "There is a location of this name.")
        return {"id": ident("berlin")}

    @answers("GET", "/provisioning/locations")
    def list_locations(self, request: httpx.Request) -> Reply:
        return self._listed(request)

    @answers("GET", "/provisioning/customers/{customer}/locations")
    def list_locations_of(self, request: httpx.Request, customer: str) -> Reply:
        return self._listed(request)

    def _checked(self, request: httpx.Request) -> dict[str, Any]:
        """A name that is there already is taken, unless its city is the same."""
        there = {each["display_name"]: each["city"] for each in self.locations}
        rows = [self._row(there, row) for row in json.loads(request.content)["rows"]]
        states = [row["state"] for row in rows]
        return {"rows": rows} | {state: states.count(state) for state in ("added", "there_already", "refused")}

    def _row(self, there: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
        wrong = {
            "/display_name": ("taken", None) if there.get(row["display_name"], row["city"]) != row["city"] else None,
            "/bill_group": ("not_offered", None) if row.get("bill_group") else None,
            "/postal_code": ("too_long", 20) if len(row.get("postal_code", "")) > 20 else None,
        }
        errors = [
            {"pointer": name, "code": why[0], "detail": "is wrong, for developers", "limit": why[1]}
            for name, why in wrong.items() if why
        ]  # fmt: skip
        state = "refused" if errors else "there_already" if row["display_name"] in there else "added"
        return {"state": state, "id": None, "errors": errors}

    @answers("POST", "/provisioning/asset-imports/{customer}/check")
    def check_asset_import(self, request: httpx.Request, customer: str) -> Reply:
        rows = [_asset_result(row) for row in json.loads(request.content)["rows"]]
        states = [row["state"] for row in rows]
        return {"rows": rows} | {each: states.count(each) for each in ("added", "there_already", "refused")}

    @answers("POST", "/provisioning/asset-imports/{customer}")
    def import_assets(self, request: httpx.Request, customer: str) -> Reply:
        return self.check_asset_import(request, customer)

    @answers("POST", "/provisioning/locations/import/check")
    def check_import(self, request: httpx.Request) -> Reply:
        return self._checked(request)

    @answers("POST", "/provisioning/customers/{customer}/locations/import/check")
    def check_import_of(self, request: httpx.Request, customer: str) -> Reply:
        return self._checked(request)

    @answers("POST", "/provisioning/locations/import")
    def import_locations(self, request: httpx.Request) -> Reply:
        found = self._checked(request)
        errors = [field_error(f"/rows/{place}{error['pointer']}", error["code"], error["detail"])
                  for place, row in enumerate(found["rows"]) for error in row["errors"]]  # fmt: skip
        return problem(422, "rows-refused", "Nothing was imported.", errors=errors) if errors else found

    @answers("POST", "/provisioning/customers/{customer}/locations/import")
    def import_locations_of(self, request: httpx.Request, customer: str) -> Reply:
        return self.import_locations(request)

    @answers("GET", "/provisioning/locations/{location}")
    def get_location(self, request: httpx.Request, location: str) -> Reply:
        return found_by_id(self.locations, location)

    @answers("GET", "/provisioning/customers/{customer}/locations/{location}")
    def get_location_of(self, request: httpx.Request, customer: str, location: str) -> Reply:
        return found_by_id(self.locations, location)

    @answers("POST", "/provisioning/locations")
    def add_location(self, request: httpx.Request) -> Reply:
        return self._saved(request)

    @answers("POST", "/provisioning/customers/{customer}/locations")
    def add_location_of(self, request: httpx.Request, customer: str) -> Reply:
        return self._saved(request)

    @answers("PUT", "/provisioning/locations/{location}")
    def change_location(self, request: httpx.Request, location: str) -> Reply:
        saved = self._saved(request)
        return saved if isinstance(saved, httpx.Response) else httpx.Response(204)

    @answers("PUT", "/provisioning/customers/{customer}/locations/{location}")
    def change_location_of(self, request: httpx.Request, customer: str, location: str) -> Reply:
        return self.change_location(request, location)

    @answers("POST", "/provisioning/locations/{location}/close")
    def close_location(self, request: httpx.Request, location: str) -> Reply:
        return httpx.Response(204)

    @answers("POST", "/provisioning/customers/{customer}/locations/{location}/close")
    def close_location_of(self, request: httpx.Request, customer: str, location: str) -> Reply:
        return httpx.Response(204)

    def _statuses(self, request: httpx.Request) -> Reply:
        asked = request.url.params.get_list("location_id")
        return [each for each in self.doors if each["id"] in asked]

    @answers("GET", "/identity/location-invitations")
    def list_statuses(self, request: httpx.Request) -> Reply:
        return self._statuses(request)

    @answers("GET", "/identity/location-invitations/customers/{customer}")
    def list_statuses_of(self, request: httpx.Request, customer: str) -> Reply:
        return self._statuses(request)

    @answers("POST", "/identity/location-invitations")
    def invite_to_locations(self, request: httpx.Request) -> Reply:
        return INVITATIONS[0] if "@" in json.loads(request.content)["address"] else refused_fields(
            address="not_an_address"
        )  # fmt: skip

    @answers("POST", "/identity/location-invitations/{location}/send")
    def invite_contact(self, request: httpx.Request, location: str) -> Reply:
        return INVITATIONS[0]

    @answers("POST", "/identity/location-invitations/customers/{customer}/{location}/send")
    def invite_contact_of(self, request: httpx.Request, customer: str, location: str) -> Reply:
        return INVITATIONS[0]

    @answers("POST", "/identity/location-invitations/{location}/revoke")
    def revoke_of_location(self, request: httpx.Request, location: str) -> Reply:
        return httpx.Response(204)

    @answers("POST", "/identity/location-invitations/customers/{customer}/{location}/revoke")
    def revoke_of_location_of(self, request: httpx.Request, customer: str, location: str) -> Reply:
        return httpx.Response(204)

    @answers("GET", "/identity/location-invitations/{location}/people")
    def list_people(self, request: httpx.Request, location: str) -> Reply:
        return [MARA] if any(each["id"] == location and each["people"] for each in self.doors) else []

    @answers("DELETE", "/identity/location-invitations/{location}/people/{user}")
    def remove_person(self, request: httpx.Request, location: str, user: str) -> Reply:
        return httpx.Response(204)


def _asset_result(row: dict[str, str]) -> dict[str, Any]:
    """Of a row of an import: there already, at an unknown location, or new."""
    if row["serial_number"] == "LKG-1":
        return {"state": "there_already", "id": ident("service-1"), "errors": []}
    if row["location"] == "Nowhere":
        wrong = {"pointer": "/location", "code": "not_offered", "detail": "x", "limit": None}
        return {"state": "refused", "id": None, "errors": [wrong]}
    return {"state": "added", "id": None, "errors": []}
