"""Hot reads of a workspace's services."""

from dataclasses import replace
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from services.provisioning.drivers import DRIVERS
from services.provisioning.locations.listing import BRIEF
from services.provisioning.products.brief import PRODUCT, nested
from services.provisioning.products.configuration import read_configuration
from services.provisioning.services.schemas import ServicesQuery
from services.provisioning.states import ServiceState
from shared.errors import NotFound
from shared.events.provisioning import ServiceKind
from shared.lists import Listing, Search, Sort, Wanted, fetch_list, within
from shared.reads import ScopedReads

LOCATION = BRIEF.format(of="t")
SHOWN = f"""
SELECT t.id::text, t.kind, t.display_name, t.state, t.quantity, t.order_id::text, t.bill_group_id::text,
       t.requested_at, t.provisioned_at, t.configuration, t.plan_version_id::text, t.suspended_for,
       t.cancelled_by::text, t.ends_on, t.labels, t.serial_numbers, t.condition, t.photo_digest, t.part_of::text,
       t.brought,
       (SELECT w.display_name FROM services w WHERE w.id = t.part_of) AS whole_name, {PRODUCT}, {LOCATION},
       (SELECT json_build_object('id', o.id, 'verb', o.verb, 'state', o.state, 'step', o.step, 'steps', o.steps,
                                 'message', o.message,
                                 'message_code', o.message_code, 'message_values', o.message_values)
          FROM operations o WHERE o.service_id = t.id ORDER BY o.started_at DESC, o.id DESC LIMIT 1) AS operation
  FROM ({{rows}}) t
"""  # noqa: S608 - constants
DRIVER = """(SELECT p.driver FROM products p WHERE p.id = t.product_id) AS driver,
       coalesce((SELECT v.may_pause FROM plan_versions v WHERE v.id = t.plan_version_id), false) AS may_pause"""
ONE = SHOWN.replace(f"{PRODUCT},", f"{PRODUCT}, {DRIVER},").format(
    rows="SELECT * FROM services WHERE workspace_id = $1 AND id = $2"
)
SERVICES = Listing(
    table="services",
    sorts={
        "requested_at": Sort("requested_at", "timestamptz", datetime, descending=True),
        "name": Sort("display_name", "text", str, key="{} COLLATE names"),
    },
    filters={"kind": get_args(ServiceKind), "state": tuple(ServiceState)},
    search=Search("service_words", "service_id", "word", "search_text({})", repeats=True),
    only="t.state <> 'deleted'",
)
DELETED = replace(SERVICES, only="t.state = 'deleted'")
THERE = [state for state in ServiceState if state != ServiceState.deleted]


async def list_services(read: ScopedReads, query: ServicesQuery) -> dict[str, Any]:
    """A page of the workspace's services, each with the progress of its latest operation (K9). Those that were deleted
    are left out, unless they are asked for."""
    states = [query.state] if query.state else THERE if query.kind else None
    filters = {"kind": query.kind and [query.kind], "state": states}
    wanted = Wanted(query, query.sort, filters, within(read.access, location_id=query.location_id))
    rows, about = await fetch_list(read, DELETED if query.state == "deleted" else SERVICES, wanted, SHOWN)
    return {"items": [describe(row) for row in rows], **about}


async def get_service(read: ScopedReads, service_id: UUID) -> dict[str, Any]:
    row = await read.fetchrow(ONE, read.access.workspace_id, service_id)
    if row is None:
        raise NotFound(f"There is no service {service_id} in this workspace.")
    driver = DRIVERS.get(row["driver"])
    verbs = sorted(driver.verbs(row["kind"])) if driver else []
    by_hand = driver.by_hand if driver else False
    found = {name: value for name, value in describe(row).items() if name != "driver"}
    return found | {"verbs": verbs, "by_hand": by_hand}


def describe(row: Any) -> dict[str, Any]:
    configuration = read_configuration(row["configuration"], service_id=row["id"])
    return nested(row, "product", "operation", "location") | {"configuration": configuration}
