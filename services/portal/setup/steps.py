"""What a new installation needs, each read from the service that keeps it. Nothing here remembers what was done."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.portal.clients.branding import Branding
from services.portal.clients.catalogue import CatalogueSummary
from services.portal.clients.customers import Customer
from services.portal.clients.mail_tests import MailSetup
from services.portal.clients.workspace_settings import WorkspaceSettings
from services.portal.customers.lists import list_in
from services.portal.viewer import Section, Viewer, section
from shared.language import gettext as _

LOOKED_AT = 20
"""Products that may have a plan."""


@dataclass(frozen=True, slots=True)
class SetupLink:
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class SetupStep:
    id: str
    title: str
    text: str
    done: bool | None
    """None: its service does not answer."""
    links: Sequence[SetupLink] = ()
    """Where it is done; none once it is."""


async def setup_steps(viewer: Viewer, mail: Section[MailSetup]) -> list[SetupStep]:
    identity = viewer.services.identity
    settings, branding, product, customer = await asyncio.gather(
        section(viewer, "workspace.edit", identity.workspace_settings),
        section(viewer, "branding.edit", identity.branding),
        _product(viewer),
        _customer(viewer),
    )
    return [_company(viewer, settings, branding), _brand(viewer, branding), _mail(mail), product, customer]


def _company(viewer: Viewer, settings: Section[WorkspaceSettings], branding: Section[Branding]) -> SetupStep:
    title = _("Say who you are")
    if settings.content is None or branding.content is None:
        return _unknown("company", title)
    said, looks = settings.content, branding.content
    of_settings = _missing(
        (_("a support address"), said.support_address), (_("a postal address"), "".join(said.postal_lines))
    )
    of_looks = _missing((_("an imprint"), looks.imprint_url), (_("a privacy notice"), looks.privacy_url))
    if not (of_settings or of_looks):
        return SetupStep("company", title, _("Your addresses and legal links are on pages, mails and invoices."), True)
    text = _("Still missing: %(things)s.", things=", ".join([*of_settings, *of_looks]))
    links = [SetupLink(_("Company and support"), viewer.path("settings"))] if of_settings else []
    links += [SetupLink(_("Legal links"), viewer.path("branding"))] if of_looks else []
    return SetupStep("company", title, text, False, links)


def _brand(viewer: Viewer, branding: Section[Branding]) -> SetupStep:
    title = _("Show your brand")
    if branding.content is None:
        return _unknown("brand", title)
    missing = _missing((_("a logo"), branding.content.logo), (_("a colour"), branding.content.color))
    if not missing:
        return SetupStep("brand", title, _("Your logo and colour are on pages, mails and invoices."), True)
    text = _("Still missing: %(things)s.", things=", ".join(missing))
    return SetupStep("brand", title, text, False, [SetupLink(_("Logo and colour"), viewer.path("branding"))])


def _mail(mail: Section[MailSetup]) -> SetupStep:
    title = _("Have mails sent")
    if mail.content is None:
        return _unknown("mail", title)
    test = mail.content.test
    if test is not None and test.state == "sent":
        return SetupStep("mail", title, _("The mail server took a test mail."), True)
    text = _("People sign in with a link that they get by mail. Send yourself a test mail.")
    return SetupStep("mail", title, text, False, [SetupLink(_("Test the mail server"), "#mail")])


async def _product(viewer: Viewer) -> SetupStep:
    title, path = _("Offer your first product"), f"/provider/{viewer.workspace.slug}/products"

    async def read() -> list[CatalogueSummary]:
        return (await viewer.services.provisioning.catalogue(state="offered", limit=LOOKED_AT)).items

    async def priced(offered: Sequence[CatalogueSummary]) -> bool:
        return bool(await viewer.services.billing.plans([each.id for each in offered]))

    products = await section(viewer, "catalogue.edit", read)
    if products.content is None:
        return _unknown("product", title)
    if not products.content:
        text = _("Customers order what your catalogue offers, at the price of a plan.")
        links = [SetupLink(_("Add a product"), f"{path}/new"), SetupLink(_("Import products"), f"{path}/import")]
        return SetupStep("product", title, text, False, links)
    plans = await section(viewer, "money.view", lambda: priced(products.value))
    if plans.content is None:
        return _unknown("product", title)
    if not plans.content:
        first = products.content[0]
        text = _("%(product)s has no price yet: it can be ordered once it has a plan.", product=first.display_name)
        return SetupStep("product", title, text, False, [SetupLink(_("Add a plan"), f"{path}/{first.key}/plans/new")])
    return SetupStep("product", title, _("Your catalogue has a product with a price."), True)


async def _customer(viewer: Viewer) -> SetupStep:
    title, identity = _("Invite your first customer"), viewer.services.identity

    async def added() -> list[Customer]:
        return (await identity.customers(status="not_connected", totals=False, limit=1)).items

    summary = await section(viewer, "customer.list", identity.customers_summary)
    if summary.content is None:
        return _unknown("customer", title)
    if summary.content.customers or summary.content.invited:
        return SetupStep("customer", title, _("There is a customer."), True)
    waiting = await section(viewer, "customer.list", added)
    if waiting.content is None:
        return _unknown("customer", title)
    if not waiting.content:
        text = _("The customer’s first user gets an invitation by mail.")
        link = SetupLink(_("Add customer"), f"/provider/{viewer.workspace.slug}/customers/new")
        return SetupStep("customer", title, text, False, [link])
    first = waiting.content[0]
    text = _("%(customer)s is added, and nobody is invited there yet.", customer=first.display_name)
    asked = list_in("provider", viewer.workspace.slug, "invitations").invitation(first.id)
    return SetupStep("customer", title, text, False, [SetupLink(_("Send invitation"), asked)])


def _missing(*things: tuple[str, object]) -> list[str]:
    return [name for name, value in things if not value]


def _unknown(id_: str, title: str) -> SetupStep:
    return SetupStep(id_, title, _("This cannot be read just now. It usually comes back within a minute."), None)


def all_done(steps: Iterable[SetupStep]) -> bool:
    return all(step.done for step in steps)
