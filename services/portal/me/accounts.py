"""All accounts of a person, made of what each service says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.portal.clients.access_requests import Membership
from services.portal.clients.own_accounts import Ending, Money, Owed, Waiting, WaitingOrders
from shared.language import formats, ngettext
from shared.language import gettext as _

COUNTED = 100
"""The services count up to here."""


@dataclass(frozen=True)
class Matter:
    """Something that an account needs of its reader, and the page where it is done."""

    text: str
    section: str
    action: str


@dataclass(frozen=True)
class Total:
    """What is to pay in one currency, in all accounts (D20)."""

    currency: str
    open_minor: int
    overdue_minor: int


@dataclass(frozen=True)
class Account:
    """A workspace of the reader, with what it needs."""

    membership: Membership
    roles: Sequence[str]
    """All that they have there, most people one."""
    suspended: bool
    matters: Sequence[Matter]
    owed: Sequence[Owed]
    may_pay: bool
    ending: Sequence[Ending]
    more_ending: bool

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to do, to pay or to renew."""
        return not (self.suspended or self.matters or self.owed or self.ending)

    @property
    def urgency(self) -> tuple[bool, bool, date, str]:
        """What sorts accounts: overdue first, then what waits, then what is due or ends first."""
        overdue = any(each.overdue_minor for each in self.owed)
        days = [*(each.next_due_on for each in self.owed), *(each.ends_on for each in self.ending)]
        return (not overdue, not self.matters, min(days, default=date.max), self.membership.display_name)


@dataclass(frozen=True)
class Said:
    """What the services say, by workspace. Empty where one does not answer."""

    waiting: Mapping[UUID, Waiting]
    orders: Mapping[UUID, WaitingOrders]
    money: Mapping[UUID, Money]


def accounts_of(memberships: Sequence[Membership], said: Said) -> list[Account]:
    """One per workspace, those that need something first."""
    by_workspace: dict[UUID, list[Membership]] = {}
    for each in memberships:
        by_workspace.setdefault(each.id, []).append(each)
    return sorted((_account(each, said) for each in by_workspace.values()), key=lambda account: account.urgency)


def totals_of(accounts: Sequence[Account]) -> list[Total]:
    """What is to pay in all accounts, per currency."""
    found: dict[str, Total] = {}
    for each in (owed for account in accounts for owed in account.owed):
        former = found.get(each.currency, Total(each.currency, 0, 0))
        found[each.currency] = Total(
            each.currency, former.open_minor + each.open_minor, former.overdue_minor + each.overdue_minor
        )
    return [found[currency] for currency in sorted(found)]


def _account(memberships: Sequence[Membership], said: Said) -> Account:
    id_ = memberships[0].id
    waiting, orders, money = said.waiting.get(id_), said.orders.get(id_), said.money.get(id_)
    return Account(
        memberships[0],
        list(dict.fromkeys(each.role for each in memberships)),
        suspended=waiting is not None and waiting.suspended,
        matters=[*_asked(memberships), *_waiting(waiting), *_orders(orders)],
        owed=money.owed if money else (),
        may_pay=money is not None and money.may_pay,
        ending=money.ending if money else (),
        more_ending=money is not None and money.more_ending,
    )


def _asked(memberships: Sequence[Membership]) -> list[Matter]:
    if any(each.asked_to_hold for each in memberships):
        return [Matter(_("You are asked to become a holder of the account."), "holders", _("Answer"))]
    return []


def _waiting(waiting: Waiting | None) -> list[Matter]:
    found = []
    if waiting and waiting.holders_check_due:
        text = _("Once a year: are the two holders of the account still right?")
        found.append(Matter(text, "holders", _("Check the holders")))
    if waiting and waiting.access_requests:
        number = waiting.access_requests
        text = ngettext("%(num)s person asks for access.", "%(num)s people ask for access.", number, num=_up_to(number))
        found.append(Matter(text, "users/access-requests?state=pending", _("Decide")))
    return found


def _orders(orders: WaitingOrders | None) -> list[Matter]:
    found = []
    if orders and orders.orders_to_approve:
        number = orders.orders_to_approve
        text = ngettext(
            "%(num)s order waits for your approval.", "%(num)s orders wait for your approval.", number,
            num=_up_to(number),
        )  # fmt: skip
        found.append(Matter(text, "orders?state=awaiting_approval", _("Decide")))
    if orders and orders.failed_orders:
        number = orders.failed_orders
        text = ngettext(
            "%(num)s order could not be provisioned.", "%(num)s orders could not be provisioned.", number,
            num=_up_to(number),
        )  # fmt: skip
        found.append(Matter(text, "orders?state=failed", _("See orders")))
    return found


def _up_to(number: int) -> str:
    return f"{formats.number(COUNTED)}+" if number > COUNTED else formats.number(number)
