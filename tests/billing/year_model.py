"""What a customer owes and has paid, in plain Python and by arithmetic of its own, for comparison with billing."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

DAY = timedelta(days=1)
TAX_PERCENT = 20
TERMS_DAYS = 14


def rounded(numerator: int, denominator: int) -> int:
    """Half up; the amounts are never negative."""
    exact = Decimal(numerator) / Decimal(denominator)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def is_billing_date(anchor: date, day: date) -> bool:
    last = monthrange(day.year, day.month)[1]
    return day.day == anchor.day or (day.day == last < anchor.day)


def billing_date_after(anchor: date, day: date, count: int = 1) -> date:
    """The ``count``-th billing date after a day, or before it where ``count`` is negative."""
    step, left = (DAY if count > 0 else -DAY), abs(count)
    while left:
        day += step
        left -= is_billing_date(anchor, day)
    return day


@dataclass
class Contract:
    """A subscription."""

    recurring: int
    one_off: int
    quantity: int
    months: int
    starts_on: date
    in_arrears: bool = False
    unbilled_from: date | None = None
    """Null until it has started."""
    once_paid: bool = False

    def lines(self, anchor: date, billing_on: date) -> list[int]:
        """The net amounts of its lines on a billing date."""
        assert self.unbilled_from is not None
        found = list[int]()
        if not self.once_paid and self.starts_on <= billing_on:
            found.append(self.one_off * self.quantity)
            self.once_paid = True
        while True:
            first, (begin, end) = self.unbilled_from, self._interval(anchor)
            if (end if self.in_arrears else first) > billing_on:
                return [net for net in found if net]
            found.append(rounded(self.recurring * self.quantity * (end - first).days, (end - begin).days))
            self.unbilled_from = end

    def due_on(self, anchor: date) -> date:
        """From which day on something is billed of it."""
        assert self.unbilled_from is not None
        if self.in_arrears and (self.once_paid or not self.one_off):
            return self._interval(anchor)[1]
        return self.unbilled_from

    def _interval(self, anchor: date) -> tuple[date, date]:
        """The interval of which its first unbilled days are the end."""
        assert self.unbilled_from is not None
        if is_billing_date(anchor, self.unbilled_from):
            return self.unbilled_from, billing_date_after(anchor, self.unbilled_from, self.months)
        end = billing_date_after(anchor, self.unbilled_from)
        return billing_date_after(anchor, end, -self.months), end

    @property
    def monthly(self) -> int:
        return rounded(self.recurring * self.quantity, self.months)


@dataclass
class Owed:
    """An invoice."""

    total: int
    due_on: date
    id: str = ""
    by_payment: dict[str, int] = field(default_factory=dict)
    by_credit: int = 0

    @property
    def paid(self) -> int:
        return sum(self.by_payment.values()) + self.by_credit

    @property
    def outstanding(self) -> int:
        return self.total - self.paid


@dataclass
class Attempt:
    """A payment, and what it asks of which invoice."""

    asks: list[tuple[Owed, int]]
    amount: int
    automatic: bool
    state: str = "begun"
    """``begun``, ``processing``, ``succeeded``, ``failed`` or ``returned``."""
    dispute: str = ""

    @property
    def is_live(self) -> bool:
        return self.state in ("begun", "processing")


class Books:
    """One customer with one bill group."""

    def __init__(self) -> None:
        self.anchor: date | None = None
        self.billed_on = date.min
        self.contracts: list[Contract] = []
        self.invoices: list[Owed] = []
        self.attempts: dict[str, Attempt] = {}
        self.seen: set[str] = set()
        self.credit = self.refunded = self.uncovered = 0

    # invoices

    def bill(self, today: date) -> None:
        for contract in sorted(self.contracts, key=lambda each: each.starts_on):
            if contract.unbilled_from is None and contract.starts_on <= today:
                contract.unbilled_from = contract.starts_on
                self.anchor = self.anchor or contract.starts_on
        while (day := self._next_date()) and day <= today:
            self.billed_on = day
            due = [each for each in self.contracts if each.unbilled_from and each.unbilled_from <= day]
            assert self.anchor
            nets = [net for each in due for net in each.lines(self.anchor, day)]
            if nets:
                total = sum(net + rounded(net * TAX_PERCENT, 100) for net in nets)
                self.invoices.append(Owed(total, today + timedelta(days=TERMS_DAYS)))

    def _next_date(self) -> date | None:
        if not self.anchor:
            return None
        due = [each.due_on(self.anchor) for each in self.contracts if each.unbilled_from]
        first = max(min(due), self.billed_on + DAY)
        return first if is_billing_date(self.anchor, first) else billing_date_after(self.anchor, first)

    @property
    def mrr(self) -> int:
        return sum(each.monthly for each in self.contracts if each.unbilled_from)

    # payments

    def begin(self, id_: str, asks: dict[str, int], *, automatic: bool = False) -> None:
        by_id = {invoice.id: invoice for invoice in self.invoices}
        wanted = [(by_id[invoice], minor) for invoice, minor in asks.items()]
        for invoice, minor in wanted:
            assert 0 < minor <= invoice.outstanding, f"asks {minor} of {invoice.outstanding}"
            assert not self._is_under_way(invoice), "two attempts to pay one invoice"
            assert not automatic or minor == invoice.outstanding
        self.attempts[id_] = Attempt(wanted, sum(minor for _, minor in wanted), automatic)

    def _is_under_way(self, invoice: Owed) -> bool:
        return any(one is invoice for each in self.attempts.values() if each.is_live for one, _ in each.asks)

    def receive(self, id_: str, amount: int) -> None:
        attempt = self.attempts[id_]
        if attempt.state in ("succeeded", "returned"):
            return
        attempt.state, attempt.amount, left = "succeeded", amount, amount
        for invoice, asked in attempt.asks:
            share = min(left, asked, invoice.outstanding)
            if share:
                invoice.by_payment[id_] = share
            left -= share
        for other in self.attempts.values():  # whose page has nothing to pay any more
            mine = any(one is invoice for one, _ in attempt.asks for invoice, _ in other.asks)
            waits = mine and other.state == "begun" and not other.automatic
            if waits and not any(invoice.outstanding for invoice, _ in other.asks):
                other.state = "failed"
        self.credit += left
        if left:
            self.apply_credit()

    def process(self, id_: str) -> None:
        if self.attempts[id_].state == "begun":
            self.attempts[id_].state = "processing"

    def fail(self, id_: str) -> None:
        if self.attempts[id_].is_live:
            self.attempts[id_].state = "failed"

    def pages_expire(self) -> None:
        for each in self.attempts.values():
            if each.state == "begun" and not each.automatic:
                each.state = "failed"

    def apply_credit(self) -> None:
        for invoice in self.invoices:  # the longest due first
            share = min(self.credit, invoice.outstanding)
            if share and not self._is_under_way(invoice):
                invoice.by_credit += share
                self.credit -= share

    def give_back(self, id_: str) -> None:
        """The bank took a payment back: what it paid is open again; the rest of it is taken from credit, and then from
        what credit has paid, the newest first."""
        attempt = self.attempts[id_]
        if attempt.state == "returned":
            return
        counted, attempt.state = attempt.state == "succeeded", "returned"
        if counted:
            left = attempt.amount - sum(invoice.by_payment.pop(id_, 0) for invoice, _ in attempt.asks)
            left -= self._take_credit(left)
            for invoice in reversed(self.invoices):
                back = min(left, invoice.by_credit)
                invoice.by_credit -= back
                left -= back
            self.uncovered += left
        self.apply_credit()

    def _take_credit(self, most: int) -> int:
        taken = min(most, self.credit)
        self.credit -= taken
        return taken

    def told(self, event_id: str, told: str, id_: str, amount: int) -> None:
        """What a gateway told, each event once."""
        if event_id in self.seen:
            return
        self.seen.add(event_id)
        attempt = self.attempts[id_]
        if told == "payment_succeeded":
            self.receive(id_, amount)
        elif told == "payment_processing":
            self.process(id_)
        elif told == "payment_failed":
            self.fail(id_)
        elif told == "payment_returned":
            self.give_back(id_)
        elif told.startswith("dispute_") and attempt.dispute not in ("won", "lost"):
            attempt.dispute = told.removeprefix("dispute_")
            if attempt.dispute == "lost":
                self.give_back(id_)

    def refund(self, minor: int) -> None:
        assert minor <= self.credit
        self.credit -= minor
        self.refunded += minor

    @property
    def received(self) -> dict[str, int]:
        return {id_: each.amount for id_, each in self.attempts.items() if each.state == "succeeded"}
