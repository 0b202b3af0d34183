"""What a service can be changed to: its configuration, quantity and plan."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from services.portal.clients import Refused
from services.portal.clients.agreeing import WantedChange
from services.portal.clients.billing import Plan, Subscription
from services.portal.clients.catalogue import Product
from services.portal.clients.provisioning import ServiceDetail
from services.portal.clients.subscriptions import ChangePreview
from services.portal.configuration import configuration_of, fields_section
from services.portal.forms import Form
from services.portal.orders.offers import QUANTITY
from services.portal.orders.quantities import WithQuantity
from services.portal.product_fields import PREFIX, Field, labels_of, properties_of, text_of
from services.portal.viewer import Section, Viewer, section
from shared.language import gettext as _


@dataclass(frozen=True, slots=True)
class ChangeOffer(WithQuantity):
    service: ServiceDetail
    product: Product
    fields: Section[list[Field]]
    plans: Section[list[Plan]]
    """Others that it could be paid by, in its currency."""
    subscription: Subscription | None
    """How it is paid now; None while nobody says."""

    @property
    def most(self) -> int:
        return max(self.product.max_quantity, self.service.quantity)

    @property
    def present(self) -> Form:
        """The form as the service is now."""
        known = self.service.configuration or {}
        values = {PREFIX + name: text_of(value) for name, value in known.items()}
        plan = str(self.service.plan_version_id)
        return Form(values | {"quantity": str(self.service.quantity), "plan_version_id": plan})

    @property
    def charges_for_configuration(self) -> bool:
        """Whether the price may depend on what is configured."""
        priced = self.subscription is not None and bool(self.subscription.priced)
        return priced or any(plan.field_prices for plan in self.plans.content or ())

    @property
    def labels(self) -> dict[str, str]:
        """Of the fields of its configuration, by name."""
        return labels_of(self.fields.content or ())

    def plan(self, form: Form) -> Plan | None:
        """The other plan that was chosen; None: it keeps its own."""
        chosen = form.value("plan_version_id", self.service.plan_version_id)
        return next((plan for plan in self.plans.content or () if str(plan.plan_version_id) == chosen), None)

    def quantity(self, form: Form) -> int | None:
        """None where what was entered is no number that is possible."""
        entered = form.value("quantity", self.service.quantity) if self.asks_quantity else str(self.service.quantity)
        number = int(entered) if QUANTITY.fullmatch(entered) else 0
        return number if 1 <= number <= self.most else None

    def configuration(self, form: Form) -> dict[str, Any]:
        """With what the form has no field for as it is."""
        schema = self.product.configuration_schema or {}
        asked = properties_of(schema)
        others = {name: value for name, value in (self.service.configuration or {}).items() if name not in asked}
        return others | configuration_of(form, schema)

    def wanted(self, form: Form) -> WantedChange | Form:
        """What to change, or the form with what is wrong before a service can be asked."""
        quantity, plan = self.quantity(form), self.plan(form)
        if quantity is None:
            return form.objected("quantity", _("Enter a whole number that is possible."))
        return WantedChange(
            service_id=self.service.id,
            plan_version_id=plan.plan_version_id if plan else self.service.plan_version_id,
            configuration=self.configuration(form),
            quantity=quantity,
        )


async def read_change_offer(request: Request, viewer: Viewer, service_id: UUID) -> ChangeOffer:
    provisioning, billing = viewer.services.provisioning, viewer.services.billing
    service = await provisioning.service(service_id)
    product, plans, subscriptions = await asyncio.gather(
        provisioning.product(service.product.key),
        section(viewer, "money.view", lambda: billing.plans([service.product.id])),
        section(viewer, "money.view", lambda: billing.subscriptions(service_id=service_id)),
    )
    subscription = next(iter(subscriptions.content.items), None) if subscriptions.content else None
    if plans.ready and plans.content is not None:
        others = [plan for plan in plans.content if _is_another(plan, service, subscription)]
        plans = Section("ready", others)
    return ChangeOffer(service, product, fields_section(request, product), plans, subscription)


def _is_another(plan: Plan, service: ServiceDetail, subscription: Subscription | None) -> bool:
    same_currency = subscription is None or plan.currency == subscription.currency
    return same_currency and plan.plan_version_id != service.plan_version_id


async def read_change_price(viewer: Viewer, wanted: WantedChange | Form) -> Section[ChangePreview] | None:
    """What the change would cost; None where it cannot be ordered, or nothing is billed for the service."""
    if isinstance(wanted, Form):
        return None
    read = viewer.services.billing.change_preview
    plan, quantity = wanted.plan_version_id, wanted.quantity
    try:
        return await section(
            viewer,
            "money.view",
            lambda: read(
                wanted.service_id, plan_version_id=plan, quantity=quantity, configuration=wanted.configuration
            ),
        )
    except Refused as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        return None
