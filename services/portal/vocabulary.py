"""The words for states, roles and kinds: the same on every page, in the API and in mails."""

from collections.abc import Callable

from services.portal.state_words import STATES, Pill
from services.portal.texts import Concept, Named, Texts
from shared.language import gettext, mark, mark_in, ngettext

ROLES = Texts(
    {
        "admin": mark_in("role", "Admin"),
        "regular": mark_in("role", "Regular"),
        "member": mark_in("role", "Member"),
        "additional": mark_in("role", "Additional"),
        "read_only": mark_in("role", "Read-Only"),
        "support": mark_in("role", "Support"),
        "billing": mark_in("role", "Billing"),
    },
    "role",
)
LINK_ROLES = ("admin", "regular", "read_only", "support")
INVITED_ROLES = ("admin", "regular", "member", "additional", "read_only", "support")

KINDS = {
    "node": Named(mark("Compute nodes"), icon="server-2"),
    "port": Named(mark("Ports"), icon="plug-connected"),
    "virtual_circuit": Named(mark("Virtual circuits"), icon="route"),
    "cloud_connection": Named(mark("Cloud connections"), icon="cloud"),
    "cloud_subscription": Named(mark("Cloud subscriptions"), icon="cloud-data-connection"),
    "asset": Named(mark("Assets"), icon="package"),
    "licence": Named(mark("Licences"), icon="license"),
}
CONCEPTS = {
    "bill_group": Concept(
        mark("Bill group"),
        mark(
            "Services of one bill group are billed together: one invoice per billing date, in one currency, to one "
            "billing contact."
        ),
    ),
    "on_behalf": Concept(
        mark("On behalf"),
        mark(
            "People of a seller can work in a customer’s workspace, as far as their role there allows. What they do is "
            "in the customer’s audit log, under their own address."
        ),
    ),
    "role": Concept(
        mark("Role"),
        mark("A role says what a person may do in this workspace. In other workspaces they may have other roles."),
    ),
    "mrr": Concept(
        mark("MRR"),
        mark(
            "Monthly recurring revenue: what the services whose billing has started cost per month. A yearly price "
            "counts with a twelfth. A new service counts only once its billing has started."
        ),
    ),
    "not_connected": Concept(
        mark("Not Connected"),
        mark("Nobody there has accepted an invitation yet. Put an address on file, then send the invitation to it."),
    ),
    "billing_start": Concept(
        mark("Billing start"),
        mark(
            "Billing does not begin with the order, but some days after the service is running. Its product says how "
            "many."
        ),
    ),
}
"""What pages explain beside the word."""
THEMES = {
    "auto": Named(mark("As the system"), icon="device-desktop"),
    "light": Named(mark("Light"), icon="sun"),
    "dark": Named(mark("Dark"), icon="moon"),
}
OTHER_KIND = Named(mark("Other"), icon="box")

MAIL_POLICIES = Texts(
    {
        "forced": mark_in("mail", "Always"),
        "on unless switched off": mark_in("mail", "Unless it was switched off"),
        "off unless switched on": mark_in("mail", "If it was switched on"),
    },
    "mail",
)
CONTACT_KINDS = Texts({"admin": mark("Admin"), "technical": mark("Technical"), "billing": mark("Billing")})
DOCUMENT_KINDS = Texts({"contract": mark("Contract"), "statement": mark("Statement"), "other": mark("Other document")})
WORKSPACE_KINDS = Texts(
    {"provider": mark("Provider"), "partner": mark("Partner workspace"), "customer": mark("Customer workspace")}
)
FREQUENCIES = Texts({"monthly": mark("Monthly"), "quarterly": mark("Quarterly"), "yearly": mark("Yearly")})
INVOICE_FILTERS = ("open", "overdue", "partially_paid", "paid")
CLOCKS = Texts(
    {
        "not_started": mark_in("clock", "Billing not started"),
        "pending": mark_in("clock", "Billing not started"),
        "started": mark_in("clock", "Billing"),
        "paused": mark_in("clock", "Paused, not billed"),
        "ended": mark_in("clock", "Billing ended"),
    },
    "clock",
)
DOORS = Texts(
    {
        "membership": mark("From the beginning"),
        "invitation": mark("By an invitation"),
        "access_request": mark("By an access request"),
        "added": mark("Added as an additional user"),
        "access_rule": mark("By the link of a customer portal"),
        "location_invitation": mark("By an invitation to a location"),
    }
)
"""How people came to a workspace."""
HOLDERS = Texts({"primary": mark("Primary holder"), "alternate": mark("Alternate holder")})
HOLDERS_DO = Texts(
    {
        "primary": mark("For purchasing, billing and business."),
        "alternate": mark("For what is technical: licence keys, downloads and cloud subscriptions."),
    }
)
"""What the two holders of an account are there for."""
VERBS = Texts(
    {
        "create": mark_in("verb", "Provisioning"),
        "change": mark_in("verb", "Change"),
        "suspend": mark_in("verb", "Suspension"),
        "resume": mark_in("verb", "Resumption"),
        "delete": mark_in("verb", "Deletion"),
        "restart": mark_in("verb", "Restart"),
        "diagnose": mark_in("verb", "Diagnosis"),
        "console_log": mark_in("verb", "Console log"),
        "reset_credentials": mark_in("verb", "Reset of credentials"),
    },
    "verb",
)
"""What is done with a service."""
ORDER_KINDS = Texts(
    {
        "new": mark_in("order", "New service"),
        "change": mark_in("order", "Change"),
        "cancel": mark_in("order", "Cancellation"),
        "renew": mark_in("order", "Renewal"),
    },
    "order",
)
DRIVERS = Texts({"manual": mark_in("driver", "By hand")}, "driver")
"""By the name that products have for them. The others are called by that."""
HAND_WORK = Texts(
    {
        "create_asset": mark_in("by hand", "Deliver"),
        "change_asset": mark_in("by hand", "Move or change"),
        "delete_asset": mark_in("by hand", "Collect"),
        "create": mark_in("by hand", "Set up"),
        "change": mark_in("by hand", "Move or change"),
        "delete": mark_in("by hand", "Take down"),
    },
    "by hand",
)
"""What people are to do, by verb, and of assets by that as well."""


def hand_work(verb: str, kind: str) -> str:
    return HAND_WORK.get(f"{verb}_{kind}") or HAND_WORK.get(verb) or words(verb)


CONDITIONS = Texts(
    {
        "new": mark_in("condition of an asset", "New"),
        "good": mark_in("condition of an asset", "Good"),
        "worn": mark_in("condition of an asset", "Worn"),
        "damaged": mark_in("condition of an asset", "Damaged"),
    },
    "condition of an asset",
)
"""In which condition an asset is."""
END_REASONS = Texts(
    {
        "not_needed": mark_in("end reason", "It is not needed any more"),
        "too_expensive": mark_in("end reason", "It costs too much"),
        "not_as_expected": mark_in("end reason", "It is not what was expected"),
        "moving_elsewhere": mark_in("end reason", "It moves to another provider"),
        "other": mark_in("end reason", "Another reason"),
        "expired": mark_in("end reason", "Its term is over"),
        "account_closed": mark_in("end reason", "The account was closed"),
    },
    "end reason",
)


def end_reasons() -> list[tuple[str, str]]:
    """What people choose from."""
    return [(name, text) for name, text in END_REASONS.items() if name not in ("expired", "account_closed")]


VIA = Texts(
    {
        "on_behalf": mark("on behalf"),
        "preview": mark("in a preview"),
        "parent": mark("by the seller"),
        "system": mark("by the system"),
        "token": mark("via API"),
    }
)

ENDED = Texts(
    {
        "revoked": mark("Somebody who manages this customer’s users has taken your access away."),
        "replaced": mark("You opened another customer, and one browser works for one customer at a time."),
        "expired": mark("Work on behalf of a customer ends by itself after a while."),
        "ended": mark("You left it."),
    }
)

INTERVALS = {1: mark("per month"), 3: mark("per quarter"), 6: mark("per half-year"), 12: mark("per year")}


def states(*names: str) -> Callable[[], list[tuple[str, str]]]:
    """States to choose from, each with its word."""
    return lambda: [(name, pill(name).word) for name in names]


def role_options(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(role, ROLES[role]) for role in roles]


def pill(state: str) -> Pill:
    return STATES.get(state) or Pill("mute", words(state))


def kind_of(kind: str) -> Named:
    return KINDS.get(kind, OTHER_KIND)


def words(name: str) -> str:
    """``last_order`` as readable text: Last order."""
    return name.replace("_", " ").strip().capitalize()


def interval(months: int) -> str:
    if months in INTERVALS:
        return gettext(INTERVALS[months])
    return ngettext("every %(num)s month", "every %(num)s months", months)


BILLED = Texts(
    {
        "in_advance": mark("In advance: on the billing date on which it begins"),
        "in_arrears": mark("In arrears: on the billing date on which it ends"),
    }
)
"""When a period is billed."""


AT_TERM_END = Texts(
    {
        "renew": mark("Another term begins by itself"),
        "continue": mark("It goes on without a minimum term"),
        "end": mark("It ends"),
    }
)
"""What happens at the end of a minimum term."""


MOVEMENTS = Texts(
    {
        "new": mark("New"),
        "expansion": mark("More of it"),
        "contraction": mark("Less of it"),
        "churn": mark("Ended"),
        "paused": mark("Paused"),
        "resumed": mark("Resumed"),
    }
)
"""What changes the monthly recurring revenue."""


def minimum_term(months: int, at_term_end: str) -> str:
    """The minimum term of a plan, and what follows; empty: it has none."""
    if not months:
        return ""
    least = ngettext("At least %(num)s month", "At least %(num)s months", months)
    match at_term_end:
        case "renew":
            follows = ngettext("renews for %(num)s month", "renews for %(num)s months", months)
        case "end":
            follows = gettext("ends then")
        case _:
            follows = gettext("no term afterwards")
    return f"{least}, {follows}"


METHOD_KINDS = Texts({"card": mark("Card"), "sepa_debit": mark("SEPA direct debit"), "ach_debit": mark("ACH debit")})
"""The kinds of payment methods that can be saved."""


def method_name(kind: str, brand: str, last_four: str, label: str = "") -> str:
    """What a saved payment method is called: its label, and what is known of its number."""
    known = f"{brand or METHOD_KINDS.get(kind) or words(kind)} •••• {last_four}"
    return f"{label} ({known})" if label else known
