"""What the table of topics says of each topic: who hears of it, by which channels, and whether they can switch it."""

from dataclasses import dataclass
from enum import StrEnum

from shared.auth.permissions import ROLES, level
from shared.language import gettext, mark

KINDS = ("provider", "partner", "customer")
DAYS = 90
"""How long a notice in the portal is kept, unless its topic says less."""


class TopicPolicy(StrEnum):
    """Whether recipients can switch the mails of a topic on or off."""  # (D24)

    forced = "forced"
    """Always sent: transactional mail."""
    default_on = "on unless switched off"
    default_off = "off unless switched on"


class Channel(StrEnum):
    mail = "mail"
    portal = "portal"


class Group(StrEnum):
    """What topics are listed under, in this order, with the reason why those that are forced cannot be switched off."""

    title_text: str
    reason_text: str

    def __new__(cls, key: str, title: str, reason: str) -> "Group":
        group = str.__new__(cls, key)
        group._value_, group.title_text, group.reason_text = key, title, reason
        return group

    account = "account", mark("Your account"), mark("So that you notice if it was not you.")
    workspace = (
        "workspace",
        mark("The workspace and its people"),
        mark("It is about the workspace and who decides there."),
    )
    customers = "customers", mark("Customers and partners"), mark("It says who may enter and who decides.")
    orders = "orders", mark("Orders and approvals"), mark("You have to know what became of your order.")
    services = "services", mark("Services and subscriptions"), mark("It changes what you use and pay for.")
    billing = "billing", mark("Invoices and payments"), mark("It is about money.")
    work = "work", mark("Work for all customers"), mark("Somebody waits for your answer.")
    news = "news", mark("News"), mark("News are never forced.")

    @property
    def called(self) -> str:
        return gettext(self.title_text)

    @property
    def reason(self) -> str:
        return gettext(self.reason_text)


Reach = tuple[tuple[str, ...], tuple[str, ...]]
"""Kinds of workspaces, and roles there."""


def having(permission: str, kind: str) -> Reach:
    """Whoever may do it in workspaces of the kind, or has to ask for it."""
    return (kind,), tuple(role for role in ROLES if level(permission, role, kind))


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of a topic."""

    words: str
    users: tuple[Reach, ...] = ()
    """Which users may hear of it: the others are not asked whether they want to. None where only contacts do."""
    is_staff: bool = False
    """They are the provider's users, about a workspace of somebody else."""
    acts: bool = False
    """They did it or asked for it themselves, perhaps on behalf of the workspace."""


EVERYBODY: Reach = (KINDS, ROLES)
ADMINS, ADMINS_OF_CUSTOMER, ADMINS_OF_SELLER = (
    ((kinds, ("admin",)),) for kinds in (KINDS, ("customer",), ("provider", "partner"))
)
ON_BEHALF: Reach = (("provider", "partner"), ("admin",))
WHO_ORDERS = (having("service.order", "customer"), having("add_on.configure", "customer"), ON_BEHALF)

WHO_ASKS_TO_SIGN_IN = Audience(mark("Whoever signs in"))
"""A mailbox: whether it is of a user is not known."""
WHO_SIGNS_IN = Audience(mark("Whoever signs in"), (EVERYBODY,))
TRIES_MAILBOX = Audience(mark("Whoever asks for a test mail"))
"""Not in the portal, where they have just asked for it."""
INVITED = Audience(mark("The person who is invited"))
OWNER = Audience(mark("The person whose account it is"), (EVERYBODY,))
FORMER_OWNER = Audience(mark("The person whose account it was"))
ASKED_FOR_ACCESS = Audience(mark("The person who asked for access"), (EVERYBODY,))
LINKED = Audience(mark("The person who was linked"), ((("provider", "partner"), ROLES),))
ADDED = Audience(mark("The person who was added"), (EVERYBODY,))
OF_WORKSPACE = Audience(mark("The admins of the workspace"), ADMINS)
OF_CUSTOMER = Audience(mark("The admins of the customer"), ADMINS_OF_CUSTOMER)
OF_SELLER = Audience(mark("The admins of the partner or provider"), ADMINS_OF_SELLER)
OF_BOTH = Audience(mark("The admins of the customer and of its partner or provider"), ADMINS)
OF_FORMER_SELLER = Audience(mark("The admins of the partner or provider that it left"), ADMINS_OF_SELLER)
OF_NEW_SELLER = Audience(mark("The admins of the partner or provider that it came to"), ADMINS_OF_SELLER)
PROPOSER = Audience(mark("The person who proposed it"), ((("provider",), ("admin",)),), is_staff=True)
NEW_HOLDER = Audience(mark("The person who is to become a holder"), (EVERYBODY,))
HOLDERS = Audience(mark("The two holders"), ADMINS)
PRESENT_HOLDERS = Audience(mark("The present holders"), ADMINS)
HOLDERS_AND_PROPOSED = Audience(mark("The holders, and who was to become one"), (EVERYBODY,))
HOLDERS_AND_FORMER = Audience(mark("The holders, and the former one"), ADMINS)
HOLDERS_AND_UNDONE = Audience(mark("The holders, and who was one for a short time"), ADMINS)
APPROVERS = Audience(mark("The admins and regular users of the customer"), (having("order.approve", "customer"),))
ASKED_TO_ORDER = Audience(mark("The person who asked for the order"), WHO_ORDERS, acts=True)
ORDERER = Audience(mark("The person who ordered"), WHO_ORDERS, acts=True)
CONFIRMERS = Audience(
    mark("The admins and regular users of the provider"), (having("order.acknowledge", "provider"),), is_staff=True
)
WORKERS = Audience(
    mark("The admins and regular users of the provider"), (having("work.fulfil", "provider"),), is_staff=True
)
OF_TERMS = Audience(
    mark("The admins and additional users of the customer"), ((("customer",), ("admin", "additional")),)
)
ASKED_FOR_QUOTE = Audience(
    mark("The person who asked for the quote, and the admins of the customer"),
    (having("quote.request", "customer"), ON_BEHALF), acts=True,
)  # fmt: skip
QUOTERS = Audience(
    mark("The admins and regular users of the provider"), (having("quote.manage", "provider"),), is_staff=True
)
NEWS_READERS = Audience(
    mark("People of customers and partners, as chosen for each campaign"), ((("customer", "partner"), ROLES),)
)
ADMIN_CONTACTS = Audience(mark("Admin contacts of the customer and of its partner or provider"))
CONTACTS_OF_PROVIDER = Audience(mark("Admin contacts of the provider"))
BILLING_CONTACT = Audience(mark("The billing contact of the bill group"))
PAYER = Audience(mark("The person who began the payment"), (having("invoice.pay", "customer"), ON_BEHALF), acts=True)


@dataclass(frozen=True, slots=True)
class TopicRow:
    """What the table says of a topic."""

    title: str
    group: Group
    audience: Audience
    policy: TopicPolicy = TopicPolicy.forced
    about_money: bool = False
    """Only billing contacts, who began a payment, and contacts of the provider get it. The others go to people whose
    role may not see money, so that their facts have none."""
    gathered: bool = False
    """It comes in floods: what comes within a short time is one mail."""
    with_document: bool = False
    """Its mails have the invoice's PDF attached."""
    from_provider: bool = False
    """The provider writes, rather than the company that sells to the workspace."""
    personal: bool = False
    """It is about the reader alone: they see it without access to the workspace, too."""
    thing: str = ""
    """The field of its facts that says what it is about."""
    ended_by: tuple[str, ...] = ()
    """The events about the same thing after which a notice of it is over."""
    days: int = DAYS
    """How long a notice of it is kept."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Contacts and mailboxes have no portal."""
        return (Channel.mail, Channel.portal) if self.audience.users else (Channel.mail,)

    @property
    def may_be_switched(self) -> bool:
        """Whether recipients decide about its mails."""
        return self.policy is not TopicPolicy.forced

    def is_wanted(self, switched: bool | None) -> bool:
        """Whether a recipient gets its mails. ``switched`` is their own setting, or None for the default."""
        if not self.may_be_switched:
            return True
        return self.policy is TopicPolicy.default_on if switched is None else switched

    def reaches(self, kind: str, role: str) -> bool:
        """Whether users with a role in a workspace of a kind may hear of it."""
        return any(kind in kinds and role in roles for kinds, roles in self.audience.users)


def news_row(title: str) -> TopicRow:
    """Written by staff. Whoever got it may read it whatever became of their access."""
    return TopicRow(title, Group.news, NEWS_READERS, policy=TopicPolicy.default_on, personal=True, thing="campaign_id")
