"""From a subscription to the lines of its next invoice."""

from datetime import date, timedelta
from decimal import Decimal

from services.billing.invoices.models import InvoiceLine
from services.billing.money import Money
from services.billing.subscriptions.models import Subscription
from services.billing.subscriptions.periods import Period, next_period
from shared.language import gettext

ONE_DAY = timedelta(days=1)


def bill_next_period(subscription: Subscription, anchor: date, tax_percent: Decimal) -> list[InvoiceLine]:
    """The lines of the subscription's next period, billed in advance. Moves ``unbilled_from`` to the period's end."""
    first = subscription.unbilled_from
    assert first is not None, "billing has started"
    period = next_period(anchor, first, subscription.interval_months)
    subscription.unbilled_from = period.end

    lines = [_line(subscription, period, "recurring", subscription.recurring * period.share, tax_percent)]
    if first == _started_on(subscription):
        day = Period(first, first + ONE_DAY, 1)
        lines.insert(0, _line(subscription, day, "one_off", subscription.once, tax_percent))
    return [line for line in lines if line.net_minor]


def _started_on(subscription: Subscription) -> date:
    assert subscription.billing_started_at is not None
    return subscription.billing_started_at.date()


def _line(subscription: Subscription, period: Period, kind: str, net: Money, tax_percent: Decimal) -> InvoiceLine:
    once, name = kind == "one_off", subscription.description
    return InvoiceLine(
        workspace_id=subscription.workspace_id,
        bill_group_id=subscription.bill_group_id,
        kind=kind,
        subscription_id=subscription.id,
        service_id=subscription.service_id,
        service_kind=subscription.service_kind,
        description=_set_up(name) if once else name,
        product_name=subscription.product_name if subscription.product_name != name else "",
        period_from=period.first,
        period_to=period.end - ONE_DAY,
        quantity=subscription.quantity,
        currency=net.currency,
        interval_months=None if once else subscription.interval_months,
        days=None if once else period.days,
        whole_days=None if once else period.whole_days,
        unit_minor=subscription.one_off_minor if once else subscription.recurring_minor,
        net_minor=net.minor,
        tax_percent=tax_percent,
        tax_minor=net.percent(tax_percent).minor,
    )


def _set_up(description: str) -> str:
    return gettext("%(description)s, set-up", description=description)
