"""Hot reads of a workspace's orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.provisioning.locations.listing import BRIEF
from services.provisioning.operations.listing import STEPS
from services.provisioning.orders.schemas import OrdersQuery
from services.provisioning.products.brief import IS_BY_HAND, PRODUCT, nested
from services.provisioning.products.configuration import read_configuration
from services.provisioning.sites.brief import SITE
from services.provisioning.states import OrderState
from shared.errors import NotFound
from shared.lists import Listing, Search, Sort, Wanted, fetch_list, within
from shared.reads import ScopedReads

LATEST = """
LATERAL (SELECT id, step, steps, service_id FROM operations
          WHERE order_id = {order}.id ORDER BY started_at DESC LIMIT 1) work ON true
"""
NAME = """
coalesce((SELECT display_name FROM services WHERE id = work.service_id),
         (SELECT display_name FROM services WHERE id = {order}.service_id),
         (SELECT display_name FROM services WHERE order_id = {order}.id), {order}.display_name) AS display_name
"""
"""The service's: people may have changed it since they ordered."""
SERVICE = """
coalesce(work.service_id, {order}.service_id, (SELECT id FROM services WHERE order_id = {order}.id))::text AS service_id
"""
"""Nothing works yet on what comes along with a service that is not there yet."""
BROUGHT = f"""
ARRAY(SELECT p.display_name FROM unnest(o.brought_plan_version_ids) WITH ORDINALITY AS agreed(id, place)
        JOIN plan_versions v ON v.id = agreed.id JOIN products p ON p.id = v.product_id
       WHERE o.state = '{OrderState.awaiting_acknowledgement}' ORDER BY agreed.place) AS brought
"""  # noqa: S608 - constants
MOVED_FROM = """
(SELECT json_build_object('id', l.location_id, 'display_name', l.display_name) FROM locations l
  WHERE l.location_id = (o.former ->> 'location_id')::uuid AND l.location_id IS DISTINCT FROM o.location_id)
AS former_location
"""
ONE = f"""
SELECT o.id::text, o.number, o.kind, o.state, o.failure, o.failure_code, o.failure_values, o.plan_version_id::text,
       o.configuration, o.quantity, o.bill_group_id::text, o.part_of::text, o.quote_id::text, {NAME.format(order="o")},
       (SELECT v.id::text FROM plan_versions shown JOIN plan_versions v ON v.plan_id = shown.plan_id
         WHERE shown.id = o.plan_version_id ORDER BY v.version DESC LIMIT 1) AS newest_plan_version_id,
       o.begun_by::text AS placed_by, o.begun_by_address AS placed_by_address, o.begun_via AS placed_via, o.placed_at,
       o.message, o.decided_by_address, o.decided_at, o.reason, o.former, o.ends, o.end_reason,
       o.submitted_at, o.answered_at, o.months, o.term_ends_on, o.wanted_on, o.planned_on, o.plan_note, {BROUGHT},
       {MOVED_FROM}, {IS_BY_HAND.format(of="o")},
       {SERVICE.format(order="o")}, {PRODUCT}, {SITE.format(of="o")}, {BRIEF.format(of="o")},
       {STEPS.format(operation="work.id")} AS steps
  FROM orders o LEFT JOIN {LATEST.format(order="o")}
 WHERE o.workspace_id = $1 AND o.id = $2
"""  # noqa: S608 - constants
SHOWN = f"""
SELECT t.id::text, t.number, t.kind, t.state, {NAME.format(order="t")}, t.quantity,
       t.begun_by_address AS placed_by_address, t.begun_via AS placed_via, t.placed_at, work.step, work.steps,
       {SERVICE.format(order="t")}, {PRODUCT}, {BRIEF.format(of="t")}
  FROM ({{rows}}) t LEFT JOIN {LATEST.format(order="t")}
"""  # noqa: S608 - constants
ORDERS = Listing(
    table="orders",
    sorts={"placed_at": Sort("placed_at", "timestamptz", datetime, descending=True)},
    filters={"state": tuple(OrderState)},
    search=Search("orders", "id", 'number COLLATE "C"', "upper({})", descending=True),
)


async def list_orders(read: ScopedReads, query: OrdersQuery) -> dict[str, Any]:
    """A page of the workspace's orders."""
    wanted = Wanted(
        query, query.sort, {"state": query.state and [query.state]}, within(read.access, location_id=query.location_id)
    )
    rows, about = await fetch_list(read, ORDERS, wanted, SHOWN)
    return {"items": [nested(row, "product", "location") for row in rows], **about}


async def read_order(read: ScopedReads, order_id: UUID) -> dict[str, Any]:
    """An order in the shape of `OrderRead`, with the steps of its latest operation. Raises `NotFound`."""
    row = await read.fetchrow(ONE, read.access.workspace_id, order_id)
    if row is None:
        raise NotFound(f"There is no order {order_id} in this workspace.")
    configuration = read_configuration(row["configuration"], order_id=row["id"])
    return nested(row, "product", "site", "location", "steps", "failure_values", "former", "former_location") | {
        "configuration": configuration,
    }
