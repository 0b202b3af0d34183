"""The catalogue in one document: what a document would change, and changing it, product by product.

A document names whole products and plans; what it does not name stays as it is. Applying it compares again first, so
that a second time changes nothing, and what failed half-way can be repeated.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.portal.clients import Refused, ServiceDown
from services.portal.clients.catalogue import CatalogueProduct, ProductChange, ProductEntry
from services.portal.clients.plans import PlanEntry, PlanHistory
from services.portal.forms import IN_THE_FORM, new_key
from services.portal.products.references import RELATIONS, completed, order_of, without_what_comes
from services.portal.products.yaml_documents import Document, Path
from services.portal.viewer import Viewer
from shared.language import gettext as _

FORMAT = "portico-catalogue/1"
MOST_PRODUCTS, MOST_PLANS, AT_ONCE, SHOWN, LONGEST = 200, 50, 8, 30, 120
PRODUCT: Mapping[str, Any] = {
    "description": "", "connection": None, "is_also_port": False, "driver_options": {}, "billing_delay_days": None,
    "max_quantity": 1000, "needs_acknowledgement": False, "needs": {}, "add_on_to": [], "brings": [],
}  # fmt: skip
"""What a product has where the document does not say it. Without a billing delay it keeps its own."""
PRODUCT_NEEDS = ("key", "display_name", "kind", "driver", "configuration_schema")
PLAN: Mapping[str, Any] = {
    "one_off_minor": 0, "field_prices": {}, "interval_months": 1, "billed": "in_advance", "term_months": 0,
    "at_term_end": "renew", "may_pause": False, "terms": {},
}  # fmt: skip
PLAN_NEEDS = ("display_name", "currency", "recurring_minor")
NOT_YET = UUID(int=0)
SOON, TRIES = 0.25, 20
"""Provisioning hears of new plans a moment later: products that bring them are tried again for five seconds."""


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    before: str
    after: str


@dataclass(slots=True)
class PlanWork:
    entry: PlanEntry
    offered: bool | None
    path: Path
    existing: PlanHistory | None = None
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """A product of the document, and what it differs in from the catalogue's."""

    entry: ProductEntry
    offered: bool | None
    path: Path
    plans: list[PlanWork]
    existing: CatalogueProduct | None = None
    differences: list[Difference] = field(default_factory=list)


def works_in(document: Document) -> list[Work]:
    """The products of a document. What is wrong with its shape is noted in it."""
    top = document.value if isinstance(document.value, dict) else {}
    products = top.get("products")
    if not document.faults and (top.get("format") != FORMAT or not isinstance(products, list)):
        document.fault((), _("A catalogue has the format %(format)s and a list of products.", format=FORMAT))
    if document.faults or not isinstance(products, list):
        return []
    if len(products) > MOST_PRODUCTS:
        document.fault(("products",), _("A document has at most 200 products, and a product 50 plans."))
        return []
    found = [_work(document, each, ("products", n)) for n, each in enumerate(products)]
    _once(document, [(work.path, work.entry.key) for work in found if work])
    return [work for work in found if work]


def _work(document: Document, about: Any, path: Path) -> Work | None:
    plans = about.get("plans", []) if isinstance(about, dict) else []
    if not _has_shape(document, about, path, PRODUCT_NEEDS, {*PRODUCT, "offered", "plans"}):
        return None
    if not isinstance(plans, list) or len(plans) > MOST_PLANS:
        document.fault((*path, "plans"), _("A document has at most 200 products, and a product 50 plans."))
        return None
    said = {name: about.get(name, PRODUCT.get(name)) for name in (*PRODUCT_NEEDS, *PRODUCT)}
    said["brings"] = completed(said["brings"])
    found = [_plan(document, each, (*path, "plans", n)) for n, each in enumerate(plans)]
    works = [plan for plan in found if plan]
    _once(document, [(plan.path, plan.entry.display_name) for plan in works])
    return Work(ProductEntry.model_construct(**said), about.get("offered"), path, works)


def _plan(document: Document, about: Any, path: Path) -> PlanWork | None:
    if not _has_shape(document, about, path, PLAN_NEEDS, {*PLAN, "offered"}):
        return None
    said = {name: about.get(name, PLAN.get(name)) for name in (*PLAN_NEEDS, *PLAN)}
    return PlanWork(PlanEntry.model_construct(product_id=NOT_YET, **said), about.get("offered"), path)


def _has_shape(document: Document, about: Any, path: Path, needs: tuple[str, ...], may: set[str]) -> bool:
    before = len(document.faults)
    if not isinstance(about, dict):
        document.fault(path, _("This has to be names with values."))
        return False
    for name in about.keys() - {*needs, *may}:
        document.fault((*path, name), _("%(name)s is not known here.", name=name))
    for name in needs:
        if about.get(name) is None:
            document.fault(path, _("%(name)s is missing.", name=name))
    if not isinstance(about.get("offered", True), bool):
        document.fault((*path, "offered"), _("This has to be true or false."))
    return len(document.faults) == before


def _once(document: Document, named: list[tuple[Path, Any]]) -> None:
    seen: set[str] = set()
    for path, name in named:
        if str(name) in seen:
            document.fault(path, _("The name %(name)s is there twice.", name=name))
        seen.add(str(name))


async def compare(viewer: Viewer, document: Document, works: list[Work]) -> None:
    """What each work differs in. What services would refuse is noted in the document. Changes nothing."""
    turns = asyncio.Semaphore(AT_ONCE)

    plans = {str(work.entry.key): {str(plan.entry.display_name) for plan in work.plans} for work in works}

    async def one(work: Work) -> None:
        async with turns:
            await _compare(viewer, document, work, plans)

    await asyncio.gather(*map(one, works))
    document.faults.sort(key=lambda fault: (fault.place.line, fault.place.column) if fault.place else (0, 0))


async def _compare(viewer: Viewer, document: Document, work: Work, plans_of: Mapping[str, set[str]]) -> None:
    """``plans_of`` are the plans of each product of the document: what it refers to may come with it."""
    provisioning, billing = viewer.services.provisioning, viewer.services.billing
    try:
        await provisioning.check_product(work.entry)
        work.existing = await _existing(viewer, str(work.entry.key))
    except Refused as refusal:
        refusal.errors = without_what_comes(refusal, work.entry, plans_of)
        if refusal.errors or refusal.kind != RELATIONS:
            _note(document, work.path, refusal)
            return
        work.existing = await _existing(viewer, str(work.entry.key))
    plans = await billing.plan_histories(work.existing.id) if work.existing else []
    if work.existing and work.entry.billing_delay_days is None:
        work.entry.billing_delay_days = work.existing.billing_delay_days
    work.differences = list(_differences(_of_product(work.existing), _said(work.entry, work.offered)))
    for plan in work.plans:
        plan.existing = next((each for each in plans if each.display_name == plan.entry.display_name), None)
        plan.entry.product_id = work.existing.id if work.existing else NOT_YET
        try:
            await billing.check_plan(plan.entry)
        except Refused as refusal:
            _note(document, plan.path, refusal)
        plan.differences = list(_differences(_of_plan(plan.existing), _said(plan.entry, plan.offered)))


async def _existing(viewer: Viewer, product_key: str) -> CatalogueProduct | None:
    try:
        return await viewer.services.provisioning.catalogue_product(product_key)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return None


def _note(document: Document, path: Path, refusal: Refused) -> None:
    if refusal.status not in IN_THE_FORM:
        raise refusal
    for error in refusal.errors:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in error.pointer.split("/")[1:]]
        numbered = tuple(int(part) if part.isdecimal() else part for part in parts)
        place = (*path, *numbered) if (*path, *numbered) in document.places else (*path, *parts)
        document.fault(place, error.text)
    if not refusal.errors:
        document.fault(path, refusal.detail)


def _said(entry: ProductEntry | PlanEntry, offered: bool | None) -> dict[str, Any]:
    said = entry.model_dump(mode="json", warnings=False, exclude={"product_id"})
    return said if offered is None else said | {"offered": offered}


def _of_product(product: CatalogueProduct | None) -> dict[str, Any]:
    if product is None:
        return {}
    said = {name: getattr(product, name) for name in (*PRODUCT_NEEDS, *PRODUCT)}
    return said | {"brings": [each.model_dump() for each in product.brings], "offered": product.is_offered}


def _of_plan(plan: PlanHistory | None) -> dict[str, Any]:
    if plan is None:
        return {}
    prices = {name: getattr(plan.newest, name) for name in ("currency", "recurring_minor", *PLAN)}
    return {"display_name": plan.display_name, "offered": plan.is_offered} | prices


def _differences(before: Any, after: Any, name: str = "") -> Iterator[Difference]:
    """Between two documents, by the names of their parts. Without one before: none."""
    if isinstance(before, dict) and isinstance(after, dict):
        if not before and not name:
            return
        both = [each for each in before if each in after]
        if name.endswith("properties") and both != [each for each in after if each in before]:
            yield Difference(name, ", ".join(before)[:LONGEST], ", ".join(after)[:LONGEST])
        for each in [*after, *(before.keys() - after.keys() if name else ())]:
            yield from _differences(before.get(each), after.get(each), f"{name}.{each}" if name else each)
    elif json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True):
        yield Difference(name, _short(before), _short(after))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def in_order(works: list[Work]) -> list[Work]:
    """What others refer to comes first."""
    return sorted(works, key=lambda work: order_of(work.entry))


async def apply(viewer: Viewer, work: Work) -> None:
    """Publish or change the product and its plans. Raises what refuses it; what was done until then stays."""
    provisioning = viewer.services.provisioning
    key, product_id = str(work.entry.key), work.existing.id if work.existing else None
    if product_id is None:
        product_id = (await provisioning.publish_product(work.entry, new_key())).id
    elif any(each.name != "offered" for each in work.differences):
        shown = {name: getattr(work.entry, name) for name in ProductChange.model_fields}
        await provisioning.change_product(key, ProductChange.model_construct(**shown))
    for plan in work.plans:
        await _apply_plan(viewer, plan, product_id)
    if work.offered is not None and work.offered != (work.existing.is_offered if work.existing else True):
        await (provisioning.offer_product(key) if work.offered else provisioning.withdraw_product(key))


async def _apply_plan(viewer: Viewer, plan: PlanWork, product_id: UUID) -> None:
    billing, plan.entry.product_id = viewer.services.billing, product_id
    plan_id = plan.existing.id if plan.existing else None
    if plan_id is None or any(each.name != "offered" for each in plan.differences):
        plan_id = (await billing.publish_plan(plan.entry, new_key())).id
    if plan.offered is not None and plan.offered != (plan.existing.is_offered if plan.existing else True):
        await (billing.offer_plan(plan_id) if plan.offered else billing.withdraw_plan(plan_id))


async def _apply_when_known(viewer: Viewer, work: Work) -> None:
    for left in range(TRIES, -1, -1):
        try:
            return await apply(viewer, work)
        except Refused as refusal:
            if refusal.kind != RELATIONS or not left or not any("/plans/" in each.pointer for each in refusal.errors):
                raise
            await asyncio.sleep(SOON)


async def applied(viewer: Viewer, work: Work) -> str:
    """Why a work was not done; empty when it is."""
    try:
        await _apply_when_known(viewer, work)
    except Refused as refusal:
        return refusal.detail
    except ServiceDown:
        return _("The service did not answer. Apply the document again: what was done stays done.")
    return ""


def as_document(products: list[tuple[CatalogueProduct, list[PlanHistory]]]) -> dict[str, Any]:
    """The document of these products and plans."""
    return {"format": FORMAT, "products": [
        _left_out(_of_product(product), PRODUCT) | {"plans": [_left_out(_of_plan(plan), PLAN) for plan in plans]}
        for product, plans in products
    ]}  # fmt: skip


def _left_out(said: dict[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """Without what holds anyway."""
    return {name: value for name, value in said.items() if name not in usual or value != usual[name]}
