"""What can be ordered: a product, its plans, and the fields of its form."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from services.portal.clients import Refused
from services.portal.clients.billing import BillGroup, Plan
from services.portal.clients.catalogue import Brought, Product
from services.portal.clients.infrastructure import Site
from services.portal.clients.locations import Location
from services.portal.clients.ordering import Wanted
from services.portal.clients.provisioning import Service
from services.portal.clients.subscriptions import PricePreview
from services.portal.configuration import configuration_of, fields_section
from services.portal.forms import Form
from services.portal.orders.along import Along, read_along
from services.portal.orders.quantities import WithQuantity
from services.portal.product_fields import PREFIX, Field, labels_of, text_of
from services.portal.viewer import UNAVAILABLE, Section, Viewer, section
from services.portal.vocabulary import words
from shared.language import gettext as _

QUANTITY = re.compile(r"\d{1,9}")
"""In digits of any script."""


@dataclass(frozen=True, slots=True)
class Offer(WithQuantity):
    product: Product
    plans: Section[list[Plan]]
    fields: Section[list[Field]]
    payers: list[BillGroup]
    """The open bill groups, the default one first; empty where nobody knows now, and the service chooses."""
    sites: list[Site]
    """Those that could take it; empty where services of the product run at none, or nobody knows now."""
    brought: Sequence[Brought] = ()
    """What comes along."""
    whole: Service | None = None
    """The service that it is ordered for; None for what is no add-on, or while none is chosen."""
    locations: Sequence[Location] = ()
    """The open ones where it can be deployed, at most a hundred; empty where there are none, or nobody knows now."""
    only_at_locations: bool = False
    """Whether the person is limited to these."""

    @property
    def permission(self) -> str:
        """What ordering it takes."""
        return "add_on.configure" if self.whole else "service.order"

    @property
    def site_options(self) -> list[tuple[str, str]]:
        """As a select takes them."""
        said = [_("%(name)s, %(city)s", name=site.display_name, city=site.city) for site in self.sites]
        return [("", _("Any site")), *zip((str(site.id) for site in self.sites), said, strict=True)]

    @property
    def location_options(self) -> list[tuple[str, str]]:
        """As a select takes them."""
        said = [_("%(name)s, %(city)s", name=each.display_name, city=each.city) for each in self.locations]
        none = [] if self.only_at_locations else [("", _("No location"))]
        return [*none, *zip((str(each.id) for each in self.locations), said, strict=True)]

    def location(self, form: Form) -> Location | None:
        """The chosen location; None: none."""
        return next((each for each in self.locations if str(each.id) == form.values.get("location_id")), None)

    def site(self, form: Form) -> Site | None:
        """The chosen site; None: any."""
        return next((site for site in self.sites if str(site.id) == form.values.get("site_id")), None)

    def payer(self, form: Form) -> BillGroup | None:
        """The bill group of the chosen location; else the chosen one; else the first that has the plan's currency."""
        if location := self.location(form):
            return next((group for group in self.payers if group.id == location.bill_group_id), None)
        plan, chosen = self.plan(form), form.values.get("bill_group_id")
        if chosen:
            return next((group for group in self.payers if str(group.id) == chosen), None)
        return next((group for group in self.payers if plan is None or group.currency == plan.currency), None)

    @property
    def payer_options(self) -> list[tuple[str, str]]:
        """As a select takes them. The plan can still be changed beside it, so that all of them can be chosen."""
        usual = ("", _("The default bill group, or the first in the currency of the plan"))
        named = [
            (str(group.id), _("%(name)s, in %(currency)s", name=group.display_name, currency=group.currency))
            for group in self.payers
        ]
        return [usual, *named]

    @property
    def missing(self) -> int | None:
        """The status of an order that cannot go on without its plans or its form."""
        lacking = next((part for part in (self.plans, self.fields) if not part.ready), None)
        return UNAVAILABLE[lacking.state] if lacking else None

    def plan(self, form: Form) -> Plan | None:
        """The chosen plan; the first one, before any is chosen."""
        plans = self.plans.content or []
        chosen = form.values.get("plan_version_id")
        if chosen is None and plans:
            return plans[0]
        return next((plan for plan in plans if str(plan.plan_version_id) == chosen), None)

    def quantity(self, form: Form) -> int | None:
        """None where what was entered is no number. One where the form does not ask."""
        entered = form.value("quantity", 1) if self.asks_quantity else "1"
        return int(entered) if QUANTITY.fullmatch(entered) else None

    @property
    def most(self) -> int:
        return self.product.max_quantity

    def configuration(self, form: Form) -> dict[str, Any]:
        return configuration_of(form, self.product.configuration_schema or {})

    def configured(self, form: Form) -> dict[str, Any]:
        """What is entered so far; before anything is, what the form begins with. Empty where it has no form."""
        if not self.fields.ready:
            return {}
        defaults = {field.name: field.default for field in self.fields.content or () if field.default}
        return self.configuration(Form(defaults | form.values))

    @property
    def charges_for_configuration(self) -> bool:
        """Whether the price may depend on what is configured."""
        return bool(self.brought) or any(plan.field_prices for plan in self.plans.content or ())

    @property
    def labels(self) -> dict[str, str]:
        """Of the fields of its configuration, by name."""
        return labels_of(self.fields.content or ())

    def wanted(self, form: Form) -> Wanted | Form:
        """What to order, or the form with what is wrong before a service can be asked."""
        quantity = self.quantity(form)
        if quantity is None:
            return form.objected("quantity", _("Enter a whole number."))
        try:
            plan_version_id = UUID(form.value("plan_version_id"))
        except ValueError:
            return form.objected("plan_version_id", _("Choose a plan."))
        payer, location, site = self.payer(form), self.location(form), self.site(form)
        for name, chosen in (("bill_group_id", payer), ("location_id", location), ("site_id", site)):
            if chosen is None and form.value(name):
                return form.objected(name, _("Choose one of the options."))
        if self.product.add_on_to and self.whole is None:
            return Form(form.values, message=_("This is ordered for a service: choose it on the page of the service."))
        return Wanted(
            product_id=self.product.id,
            plan_version_id=plan_version_id,
            configuration=self.configuration(form),
            quantity=quantity,
            display_name=form.value("display_name") or None,
            bill_group_id=payer.id if payer and self.whole is None and location is None else None,
            part_of=self.whole.id if self.whole else None,
            brought_plan_version_ids=self.brought_plans(form),
            site_id=site.id if site else None,
            location_id=location.id if location and self.whole is None else None,
            wanted_on=form.value("wanted_on") or None if self.product.by_hand else None,
            message=form.value("wish") if self.product.by_hand else "",
        )

    def brought_plans(self, form: Form) -> list[UUID]:
        """The plans of what comes along, in the currency of the chosen plan: those whose prices are shown."""
        plan = self.plan(form)
        return [
            each.plan_version_id
            for brought in self.brought
            for each in [each for each in brought.plans if plan and each.currency == plan.currency][:1]
        ]

    def terms(self, plan: Plan) -> list[str]:
        """For which configurations the plan is: "Term in months: 12, 24"."""
        about = {field.name: field for field in self.fields.content or ()}
        return [_terms_of(name, values, about.get(PREFIX + name)) for name, values in plan.terms.items()]


def _terms_of(name: str, values: list[Any], field: Field | None) -> str:
    texts = [text_of(value) for value in values]
    shown = ", ".join(field.shown(text) for text in texts) if field else ", ".join(texts)
    return _("%(field)s: %(values)s", field=field.label if field else words(name), values=shown)


async def read_offer(request: Request, viewer: Viewer, product_key: str, part_of: str = "") -> Offer:
    """``part_of`` is the id of the service that an add-on is ordered for."""
    product = await viewer.services.provisioning.product(product_key)
    billing = viewer.services.billing
    plans, groups, locations, sites, brought, whole = await asyncio.gather(
        section(viewer, "money.view", lambda: billing.plans([product.id])),
        section(viewer, "money.view", billing.bill_groups),
        section(viewer, "location.view", lambda: viewer.services.provisioning.locations(state="open", limit=100)),
        _read_sites(viewer, product),
        read_brought(viewer, product),
        _read_whole(viewer, product, part_of),
    )
    payers = [group for group in groups.content or () if not group.is_closed]
    places = locations.content.items if locations.content else []
    fields, limited = fields_section(request, product), viewer.context.is_narrowed
    return Offer(product, plans, fields, payers, sites, brought, whole, places, limited)


async def read_brought(viewer: Viewer, product: Product) -> list[Brought]:
    """What comes along. Nobody is asked about a product that brings nothing."""
    return await viewer.services.provisioning.brought(product.key) if product.brings else []


async def _read_whole(viewer: Viewer, product: Product, part_of: str) -> Service | None:
    """None where the product is no add-on, or there is no such service."""
    try:
        return await viewer.services.provisioning.service(UUID(part_of)) if product.add_on_to else None
    except ValueError:
        return None
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return None


async def _read_sites(viewer: Viewer, product: Product) -> list[Site]:
    """Nobody is asked about a product whose services run at no site."""
    if not product.needs:
        return []
    add_on, read = bool(product.add_on_to), viewer.services.provisioning.site_offers
    permission = "add_on.configure" if add_on else "service.order"
    found = await section(viewer, permission, lambda: read(product.id, add_on=add_on))
    return found.content.sites if found.content else []


async def read_price(viewer: Viewer, offer: Offer, form: Form) -> Section[PricePreview] | None:
    """What it would cost; None where the plan or the quantity is none that can be ordered."""
    plan, quantity = offer.plan(form), offer.quantity(form)
    if plan is None or quantity is None or not 1 <= quantity <= offer.product.max_quantity:
        return None
    read, configuration = viewer.services.billing.price_preview, offer.configured(form)
    return await section(
        viewer, "money.view", lambda: read(plan.plan_version_id, quantity=quantity, configuration=configuration)
    )


async def read_along_with(viewer: Viewer, offer: Offer, form: Form) -> list[Along]:
    """What comes along with the entries, with its price."""
    plan, quantity = offer.plan(form), offer.quantity(form)
    known = quantity is not None and 1 <= quantity <= offer.product.max_quantity
    currency = plan.currency if plan and known else None
    return await read_along(viewer, offer.brought, currency, quantity or 1, offer.configured(form))
