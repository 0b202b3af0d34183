"""Mails that tell of many services at once. They say nothing about prices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from services.notifications.mails.content import (
    Button,
    Enumeration,
    Facts,
    Listed,
    MailContent,
    MailContext,
    named_service,
    when,
)
from services.notifications.mails.services import on_whose_behalf, switched_on
from shared.copies import WorkspaceCopy
from shared.language import formats, gettext


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells: the first services, each with its own workspace and people, and how many there are."""

    listed: Sequence[tuple[Facts, MailContext]]
    count: int
    of_one_customer: bool = False

    @property
    def context(self) -> MailContext:
        """That of the first one: the reader is the same for all."""
        return self.listed[0][1]

    @property
    def customer(self) -> str | None:
        """The customer, if all are of one."""
        return self.context.workspace.display_name if self.of_one_customer else None


def services_provisioned(told: Told) -> MailContent:
    """P27: for contacts of the parent workspace and of the customer itself."""
    count = formats.number(told.count)
    if told.context.is_own:
        subject = gettext("%(count)s services are running", count=count)
        heading = gettext("You have %(count)s new services", count=count)
    elif told.customer:
        subject = gettext("%(customer)s provisioned %(count)s services", customer=told.customer, count=count)
        heading = gettext("%(customer)s has %(count)s new services", customer=told.customer, count=count)
    else:
        subject = gettext("Customers provisioned %(count)s services", count=count)
        heading = gettext("Your customers have %(count)s new services", count=count)
    return _content(told, subject, heading, gettext("They are provisioned and running."), _orders(told))


def services_deleted(told: Told) -> MailContent:
    """P27: for whoever is told that services are provisioned."""
    count = formats.number(told.count)
    if told.context.is_own:
        subject = gettext("%(count)s services are deleted", count=count)
        heading = gettext("%(count)s services of yours are deleted", count=count)
    elif told.customer:
        subject = gettext("%(customer)s deleted %(count)s services", customer=told.customer, count=count)
        heading = gettext("%(count)s services of %(customer)s are deleted", customer=told.customer, count=count)
    else:
        subject = gettext("Customers deleted %(count)s services", count=count)
        heading = gettext("%(count)s services of your customers are deleted", count=count)
    said = gettext("They are gone, with all that they held.")
    return _content(told, subject, heading, said, _customers(told.context))


FLOODS: dict[str, Callable[[Told], MailContent]] = {
    "service_provisioned": services_provisioned,
    "service_deleted": services_deleted,
}
"""By topic."""


def _content(told: Told, subject: str, heading: str, said: str, of_seller: Button) -> MailContent:
    """``of_seller``: where the customers' seller goes on; they go on with their services."""
    left = told.count - len(told.listed)
    more = gettext("and %(count)s more", count=formats.number(left)) if left else None
    return MailContent(
        subject=subject,
        preview=said,
        heading=heading,
        paragraphs=(said, gettext("This is one mail because they came shortly after one another.")),
        enumeration=Enumeration(tuple(_listed(*each) for each in told.listed), more),
        button=_own(told.context) if told.context.is_own else of_seller,
        reason=switched_on(told.context),
    )


def _listed(facts: Facts, context: MailContext) -> Listed:
    customer, said = context.workspace.display_name, [when(facts)]
    if context.orderer:
        said.insert(0, on_whose_behalf(context.orderer, facts, customer))
    if not context.is_own:
        said.insert(0, customer)
    return Listed(named_service(facts), " · ".join(said), context.page(f"services/{facts['service_id']}"))


def _own(context: MailContext) -> Button:
    return Button(gettext("View the services"), context.page("services"))


def _orders(told: Told) -> Button:
    """The orders of all customers that are fulfilled, or those of the one that it is about."""
    reader = _reader(told.context)
    page = "all-orders" if reader.kind == "provider" else "customer-orders"
    asked = {"state": "fulfilled"} | ({"q": told.customer} if told.customer else {})
    url = f"{told.context.public_url}/{reader.kind}/{reader.slug}/{page}?{urlencode(asked)}"
    return Button(gettext("View the orders"), url)


def _customers(context: MailContext) -> Button:
    reader = _reader(context)
    return Button(gettext("View the customers"), f"{context.public_url}/{reader.kind}/{reader.slug}/customers")


def _reader(context: MailContext) -> WorkspaceCopy:
    assert context.reader is not None, "only contacts are notified"
    return context.reader
