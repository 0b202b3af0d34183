"""What a mail says in other cases than the usual one of its sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.notifications.mail_samples.events import CUSTOMER, PARTNER
from services.notifications.mails.content import Facts, MailContext
from services.notifications.mails.payments import NOT_SAID, REASONS
from services.notifications.topics import Topic
from shared.language import mark


@dataclass(frozen=True, slots=True)
class Case:
    """One case. ``title`` is a marked text; ``facts`` and ``context`` are what differs from the usual sample."""

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    """How many of the same the mail tells at once."""
    of_one_customer: bool = True

    def facts_from(self, usual: Facts) -> Facts:
        return usual | dict(self.facts)

    def context_from(self, usual: MailContext) -> MailContext:
        return replace(usual, **self.context)


USUAL = Case(mark("The usual case"))
_UNNAMED = Case(mark("Three services without a name of their own"), {"display_name": None, "quantity": 3})
_ORDERER_UNKNOWN = Case(mark("Who ordered is not known yet"), context={"orderer": None})
_NOT_POSSIBLE = Case(
    mark("Given up by whoever does it by hand"),
    {"reason_code": "manual_not_possible", "reason_values": {"reason": "There is no mast within reach."}},
)
_FLOODS = {
    "several": Case(mark("Three services at once"), count=3),
    "many": Case(mark("50 services of several customers at once"), count=50, of_one_customer=False),
    "many_of_ones_own": Case(mark("50 services of one’s own at once"), context={"reader": CUSTOMER}, count=50),
}
_METHOD_UNKNOWN = Case(mark("Without a payment method"), {"method": None})
_TOTAL_ONLY = {"lines": None, "line_count": 0, "net_minor": None, "tax_minor": None}
_BY_HAND = {
    "set_up": Case(mark("Something else is set up"), {"kind": "node"}),
    "moved": Case(mark("An asset is moved or changed"), {"verb": "change"}),
    "collected": Case(mark("An asset is collected"), {"verb": "delete"}),
    "taken_down": Case(mark("Something else is taken down"), {"kind": "node", "verb": "delete"}),
}

CASES: Mapping[Topic, Mapping[str, Case]] = {
    Topic.mailbox_test: {"mail_server": Case(mark("Of the mail server, for an admin of the provider"), {"by": None})},
    Topic.invitation: {
        "own_company": Case(
            mark("From a colleague"), {"inviter": "Lena Fischer", "inviter_company": CUSTOMER.display_name}
        ),
        "reminder": Case(
            mark("The reminder, at half of the time"), {"reminder": True, "expires_at": "2026-12-04T09:00:00+00:00"}
        ),
        "no_role": Case(mark("Without a role"), {"role": None}),
        "locations": Case(
            mark("For some locations only"), {"locations": ["Berlin office", "Cologne depot"], "more_locations": 3}
        ),
    },
    Topic.new_browser: {
        "unknown": Case(
            mark("An unknown browser"),
            {"browser": None, "browser_name": None, "operating_system": None, "ip": None},
        ),
        "system_alone": Case(mark("Only the operating system is known"), {"browser": None, "browser_name": None}),
    },
    Topic.access_requested: {"asker_unknown": Case(mark("Who asks is not known yet"), context={"asker": None})},
    Topic.order_requested: {
        "asker_unknown": Case(mark("Who asks is not known yet"), context={"asker": None}),
        "change": Case(mark("A change"), {"order_kind": "change"}),
        "cancel": Case(mark("A cancellation"), {"order_kind": "cancel"}),
        "renew": Case(mark("A renewal"), {"order_kind": "renew"}),
    },
    Topic.order_approved: {"waits": Case(mark("It waits to be confirmed"), {"service_id": None})},
    Topic.order_submitted: {"asker_unknown": Case(mark("Who ordered is not known yet"), context={"asker": None})},
    Topic.manual_task_opened: {
        **_BY_HAND,
        "soon": Case(mark("As soon as possible"), {"wanted_on": None}, {"orderer": None}),
    },
    Topic.manual_task_finished: _BY_HAND,
    Topic.manual_task_planned: {**_BY_HAND, "no_note": Case(mark("Without a note"), {"note": ""})},
    Topic.order_refused: {
        "change": Case(mark("A change"), {"order_kind": "change"}),
        "cancel": Case(mark("A cancellation"), {"order_kind": "cancel"}),
        "renew": Case(mark("A renewal"), {"order_kind": "renew"}),
    },
    Topic.change_approved: {
        "cancel": Case(mark("A cancellation"), {"ends": "now"}),
        "renew": Case(mark("A renewal"), {"months": None}),
    },
    Topic.service_cancelled: {
        "now": Case(mark("For now"), {"ends": "now"}, {"changer": None}),
        "asset": Case(mark("An asset, for now"), {"ends": "now", "kind": "asset"}),
    },
    Topic.change_failed: {"not_possible": _NOT_POSSIBLE},
    Topic.credentials_reset: {"unknown": Case(mark("Nobody knows who"), {}, {"changer": None})},
    Topic.licence_issued: {
        "open_ended": Case(mark("Its contract has no term"), {"maintenance_until": None}),
    },
    Topic.licence_rotated: {"unknown": Case(mark("Nobody knows who"), {}, {"changer": None})},
    Topic.document_added: {
        "statement": Case(mark("A statement"), {"kind": "statement", "title": "Statement of October 2026"}),
        "other": Case(mark("Another document"), {"kind": "other", "title": "Service description"}),
    },
    Topic.link_added: {
        "for_good": Case(mark("Until somebody ends it"), {"last_day": None}),
        "unknown": Case(mark("Nobody knows who"), {}, {"asker": None, "changer": None}),
    },
    Topic.link_ended: {
        "expired": Case(mark("Its last day is over"), {"reason": "expired"}),
        "moved": Case(mark("The customer has another seller"), {"moved": True}),
    },
    Topic.link_ended_by_customer: {"unknown": Case(mark("Nobody knows who"), {}, {"asker": None, "changer": None})},
    Topic.parent_admins_switched: {"let_in": Case(mark("They are let in again"), {"on": True})},
    Topic.holder_asked: {
        "by_staff": Case(
            mark("Proposed by the provider’s staff"), {"by_provider": True, "reason": "Both holders have left."}
        ),
        "unknown": Case(mark("The people are not known yet"), {}, {"asker": None, "former": None}),
    },
    Topic.holder_proposed: {
        "by_staff": Case(
            mark("Proposed by the provider’s staff"), {"by_provider": True, "reason": "Both holders have left."}
        ),
        "second": Case(mark("Nobody before"), {"former_user_id": None}, {"former": None}),
    },
    Topic.holder_change_ended: {
        "withdrawn": Case(mark("It was withdrawn"), {"reason": "withdrawn"}),
        "expired": Case(mark("Nobody answered"), {"reason": "expired"}),
    },
    Topic.holder_changed: {
        "primary": Case(mark("The primary holder"), {"slot": "primary"}),
        "second": Case(mark("Nobody before"), {"former_user_id": None, "undo_until": None}, {"former": None}),
    },
    Topic.user_added: {"unknown": Case(mark("Nobody knows who"), {}, {"changer": None})},
    Topic.workspace_suspended: {"partner": Case(mark("A partner, whose customers go on"), {"kind": "partner"})},
    Topic.workspace_renamed: {
        "name_alone": Case(mark("The URL stays"), {"previous_slug": None}),
        "url_alone": Case(mark("The name stays"), {"previous_display_name": None}, {"changer": None}),
    },
    Topic.ordered_on_behalf: {"unnamed": _UNNAMED, "orderer_unknown": _ORDERER_UNKNOWN},
    Topic.service_provisioned: {
        "own_contact": Case(mark("To a contact of the customer itself"), context={"reader": CUSTOMER}),
        "billed_at_once": Case(mark("Billing starts at once"), {"billing_delay_days": 0}),
        "ordered_by_the_customer": Case(
            mark("Ordered by the customer"), {"via": "self"}, {"orderer": "Lena Fischer (lena@northwind.example)"}
        ),
        "orderer_unknown": _ORDERER_UNKNOWN,
        "unnamed": _UNNAMED,
        "asset": Case(mark("An asset"), {"kind": "asset"}, {"reader": CUSTOMER}),
        "asset_billed_at_once": Case(mark("An asset, billed at once"), {"kind": "asset", "billing_delay_days": 0}),
        **_FLOODS,
    },
    Topic.service_deleted: {
        "own_contact": Case(mark("To a contact of the customer itself"), context={"reader": CUSTOMER}),
        "orderer_unknown": Case(mark("Who cancelled is not known"), context={"orderer": None}),
        "asset": Case(mark("An asset"), {"kind": "asset"}),
        **_FLOODS,
    },
    Topic.provisioning_failed: {
        "begun_too_often": Case(mark("Begun too often"), {"reason_code": "begun_too_often"}),
        "simulated": Case(
            mark("Refused by the simulator"), {"reason_code": "simulator_refused", "reason_values": {"step": 3}}
        ),
        "not_possible": _NOT_POSSIBLE,
        "own_words": Case(
            mark("In the words of a driver"), {"reason_code": None, "reason": "Port 7 of the patch panel is in use."}
        ),
    },
    Topic.subscription_expiring: {
        "goes_on": Case(mark("It goes on without a term"), {"at_term_end": "continue"}),
        "ends": Case(mark("It ends with its term"), {"at_term_end": "end"}),
    },
    Topic.renewal_refused: {
        "not_renewable": Case(mark("It has no term any more"), {"reason": "not_renewable"}),
        "too_long": Case(mark("The term would be too long"), {"reason": "too_long"}),
        "not_a_multiple": Case(mark("The months are no whole terms"), {"reason": "not_a_multiple"}),
        "otherwise": Case(mark("For a reason that this version does not know"), {"reason": "otherwise"}),
    },
    Topic.subscription_ended: {
        "expired": Case(mark("Its term is over"), {"reason": "expired"}),
        "deleted": Case(mark("Its service was deleted"), {"reason": "deleted", "display_name": None}),
        "otherwise": Case(mark("For a reason that this version does not know"), {"reason": "otherwise"}),
    },
    Topic.invoice_issued: {
        "one_more_line": Case(mark("One more line than is shown"), {"line_count": 4}),
        "total_only": Case(mark("Only with the total"), _TOTAL_ONLY),
        "not_attached": Case(mark("Without the PDF"), context={"attached": False}),
    },
    Topic.invoice_paid: {
        "method_unknown": _METHOD_UNKNOWN,
        "total_only": Case(mark("Only with the total"), _TOTAL_ONLY),
    },
    Topic.payment_received: {
        "direct_debit": Case(mark("By direct debit"), {"method": "direct_debit"}),
        "bank_transfer": Case(mark("By bank transfer"), {"method": "bank_transfer"}),
        "method_unknown": _METHOD_UNKNOWN,
    },
    Topic.payment_failed: {
        **{reason: Case(text, {"reason": reason}) for reason, text in REASONS.items()},
        "not_said": Case(NOT_SAID, {"reason": "of_the_gateway"}),
    },
    Topic.charge_failed: {"last": Case(mark("The last try"), {"next_try_on": None})},
    Topic.methods_changed: {
        "removed": Case(mark("Removed"), {"verified": None}),
        "sepa_debit": Case(mark("A SEPA direct debit"), {"kind": "sepa_debit", "brand": "", "label": ""}),
        "ach_debit": Case(mark("An ACH debit"), {"kind": "ach_debit", "brand": "", "label": ""}),
    },
    Topic.method_expiring: {"not_default": Case(mark("Not the default one"), {"is_default": False})},
    Topic.invoice_overdue: {
        "first": Case(mark("The first reminder"), {"reminder": 1, "days_overdue": 3}),
        "after_a_day": Case(
            mark("The only reminder, after a day"), {"reminder": 1, "reminders": 1, "days_overdue": 1}
        ),
    },
    Topic.invoice_long_overdue: {
        "of_a_partner": Case(mark("A partner’s customer"), context={"parent": PARTNER}),
    },
}  # fmt: skip
"""Every topic's other cases, by the name that addresses have for them."""


def case_of(topic: Topic, name: str) -> Case | None:
    """The case of that name; the usual one has none."""
    return CASES.get(topic, {}).get(name) if name else USUAL
