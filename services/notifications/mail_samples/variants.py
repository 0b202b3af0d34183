"""What a mail says in other cases than the usual one of its sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from services.notifications.mail_samples.events import CUSTOMER
from services.notifications.mails.content import Facts, MailContext
from services.notifications.mails.payments import NOT_SAID, REASONS
from services.notifications.topics import Topic
from shared.language import mark

PARTNER = replace(
    CUSTOMER, id=UUID(int=2), kind="partner", slug="meridian", display_name="Meridian Partners", account_number="100002"
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One case. ``title`` is a marked text; ``facts`` and ``context`` are what differs from the usual sample."""

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    def facts_from(self, usual: Facts) -> Facts:
        return usual | dict(self.facts)

    def context_from(self, usual: MailContext) -> MailContext:
        return replace(usual, **self.context)


USUAL = Variant(mark("The usual case"))
_UNNAMED = Variant(mark("A service without a name of its own, three of it"), {"display_name": None, "quantity": 3})
_ORDERER_UNKNOWN = Variant(mark("Not known yet who ordered"), context={"orderer": None})
_METHOD_UNKNOWN = Variant(mark("Without a payment method"), {"method": None})
_TOTAL_ONLY = {"lines": None, "line_count": 0, "net_minor": None, "tax_minor": None}

VARIANTS: Mapping[Topic, Mapping[str, Variant]] = {
    Topic.invitation: {
        "own_company": Variant(
            mark("From a colleague"), {"inviter": "Lena Fischer", "inviter_company": CUSTOMER.display_name}
        ),
        "no_role": Variant(mark("Without a role"), {"role": None}),
    },
    Topic.new_browser: {
        "unknown": Variant(
            mark("An unknown browser"),
            {"browser": None, "browser_name": None, "operating_system": None, "ip": None},
        ),
        "system_alone": Variant(mark("Only the operating system is known"), {"browser": None, "browser_name": None}),
    },
    Topic.ordered_on_behalf: {"unnamed": _UNNAMED, "orderer_unknown": _ORDERER_UNKNOWN},
    Topic.service_provisioned: {
        "own_contact": Variant(mark("To a contact of the customer itself"), context={"reader": CUSTOMER}),
        "billed_at_once": Variant(mark("Billing starts at once"), {"billing_delay_days": 0}),
        "ordered_by_the_customer": Variant(
            mark("Ordered by the customer"), {"via": "self"}, {"orderer": "Lena Fischer (lena@northwind.example)"}
        ),
        "orderer_unknown": _ORDERER_UNKNOWN,
        "unnamed": _UNNAMED,
    },
    Topic.provisioning_failed: {
        "begun_too_often": Variant(mark("Begun too often"), {"reason_code": "begun_too_often"}),
        "simulated": Variant(
            mark("Refused by the simulator"), {"reason_code": "simulator_refused", "reason_values": {"step": 3}}
        ),
        "own_words": Variant(
            mark("In the words of a driver"), {"reason_code": None, "reason": "Port 7 of the patch panel is in use."}
        ),
    },
    Topic.invoice_issued: {
        "one_more_line": Variant(mark("One more line than is shown"), {"line_count": 4}),
        "total_only": Variant(mark("With the total alone"), _TOTAL_ONLY),
        "not_attached": Variant(mark("Without the PDF"), context={"attached": False}),
    },
    Topic.invoice_paid: {
        "method_unknown": _METHOD_UNKNOWN,
        "total_only": Variant(mark("With the total alone"), _TOTAL_ONLY),
    },
    Topic.payment_received: {
        "direct_debit": Variant(mark("By direct debit"), {"method": "direct_debit"}),
        "bank_transfer": Variant(mark("By bank transfer"), {"method": "bank_transfer"}),
        "method_unknown": _METHOD_UNKNOWN,
    },
    Topic.payment_failed: {
        **{reason: Variant(text, {"reason": reason}) for reason, text in REASONS.items()},
        "not_said": Variant(NOT_SAID, {"reason": "of_the_gateway"}),
    },
    Topic.invoice_overdue: {
        "first": Variant(mark("The first reminder"), {"reminder": 1, "days_overdue": 3}),
        "after_a_day": Variant(
            mark("The only reminder, after a day"), {"reminder": 1, "reminders": 1, "days_overdue": 1}
        ),
    },
    Topic.invoice_long_overdue: {
        "of_a_partner": Variant(mark("A partner’s customer"), context={"parent": PARTNER}),
    },
}  # fmt: skip
"""Every topic's other cases, by the name that addresses have for them."""


def variant_of(topic: Topic, name: str) -> Variant | None:
    """The variant of that name; the usual case has none."""
    return VARIANTS.get(topic, {}).get(name) if name else USUAL
