from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query, Response

from services.billing.plans import service
from services.billing.plans.models import Plan
from services.billing.plans.schemas import PlanCreate, PlanHistoryRead, PlanOfferRead, PlanRead
from shared.auth import CurrentAccess, Router, allow
from shared.clock import Now
from shared.db import Session
from shared.idempotency import Once
from shared.pages import Cursor, Limit, Page, decode_cursor, first_rows, json_response, page_response
from shared.reads import Reader

router = Router("billing", "plans")

# The newest version of each plan is looked up by index.
PLANS = """
SELECT p.id::text, v.id::text AS plan_version_id, v.version, p.product_id::text, p.display_name, v.currency,
       v.recurring_minor, v.one_off_minor, v.field_prices, v.interval_months, v.billed,
       v.term_months, v.at_term_end, v.may_pause, v.terms
FROM plans p
CROSS JOIN LATERAL (SELECT * FROM plan_versions WHERE plan_id = p.id ORDER BY version DESC LIMIT 1) AS v
WHERE p.withdrawn_at IS NULL AND p.offered_to IS NULL AND (p.display_name, p.id) > ($1, $2)
"""
OF_PRODUCTS = " AND p.product_id = ANY($4)"
BY_NAME = " ORDER BY p.display_name, p.id"
MAPS = ("terms", "field_prices")
FIRST = ("", UUID(int=0))
HISTORIES = """
SELECT p.id::text, p.product_id::text, p.display_name, p.withdrawn_at IS NULL AS is_offered, p.withdrawn_at,
       subscriptions_of_plan(p.id, 1000) AS subscriptions, (
           SELECT json_agg(v ORDER BY v.version DESC) FROM (
               SELECT id, version, currency, recurring_minor, one_off_minor, field_prices, interval_months, billed,
                      term_months, at_term_end, may_pause, terms, published_at
                 FROM plan_versions WHERE plan_id = p.id ORDER BY version DESC LIMIT 50) AS v) AS versions
  FROM plans p WHERE p.product_id = $1 AND p.offered_to IS NULL ORDER BY p.display_name, p.id LIMIT 200
"""


@router.get("", guard=allow("money.view"), response_model=Page[PlanRead])
async def list_plans(
    read: Reader,
    product_id: Annotated[
        list[UUID] | None, Query(max_length=50, description="only plans of this product; may be repeated")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The plans that orders can choose, at their newest prices, by name."""
    after = decode_cursor(cursor, tuple[str, UUID]) if cursor else FIRST
    if product_id:
        rows = await read.fetch(first_rows(PLANS + OF_PRODUCTS + BY_NAME, "$3"), *after, limit + 1, product_id)
    else:
        rows = await read.fetch(first_rows(PLANS + BY_NAME, "$3"), *after, limit + 1)
    shown = [dict(row.items()) | {name: orjson.Fragment(row[name]) for name in MAPS} for row in rows]
    return page_response(shown, limit, ("display_name", "id"))


@router.get("/of-products/{product_id}", guard=allow("catalogue.edit"), response_model=list[PlanHistoryRead])
async def list_plan_histories(product_id: UUID, read: Reader) -> Response:
    """All plans of a product with all their prices, also withdrawn ones, by name: at most 200."""
    rows = await read.fetch(HISTORIES, product_id)
    return json_response([dict(row.items()) | {"versions": orjson.Fragment(row["versions"])} for row in rows])


@router.post("/{plan_id}/withdraw", guard=allow("catalogue.edit"), response_model=PlanOfferRead)
async def withdraw_plan(plan_id: UUID, session: Session, access: CurrentAccess, now: Now) -> Plan:
    """Let no order choose the plan any more. Subscriptions at its prices go on. Changes nothing if it was withdrawn
    already."""
    return await service.withdraw_plan(session, plan_id, provider_id=access.workspace_id, now=now)


@router.post("/{plan_id}/offer", guard=allow("catalogue.edit"), response_model=PlanOfferRead)
async def offer_plan(plan_id: UUID, session: Session, access: CurrentAccess) -> Plan:
    """Let orders choose a withdrawn plan again. Changes nothing if they can."""
    return await service.offer_plan(session, plan_id, provider_id=access.workspace_id)


@router.post("", guard=allow("catalogue.edit"), status_code=201, problems=(service.PlanNameTaken,))
async def publish_plan(body: PlanCreate, session: Session, access: CurrentAccess, now: Now, once: Once) -> PlanRead:
    """Publish a plan, or new prices of an existing one. Earlier orders keep their prices."""
    return await once(
        body, PlanRead, lambda: service.publish_plan(session, body, provider_id=access.workspace_id, now=now)
    )
