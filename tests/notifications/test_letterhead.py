"""Mails come from the company that the reader's company buys from, and say where to ask."""

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.billing import PaymentSucceeded
from shared.events.identity import BrandChanged
from tests.notifications.harness import (
    CUSTOMER,
    PARTNER,
    PROVIDER,
    TOM,
    NotificationsHarness,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
    signed_in,
    workspace,
)
from tests.notifications.invoicing import long_overdue, payment
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.test_on_behalf_mail import granted

REACHED: dict[str, Any] = {
    "support_address": "support@meridian.example", "support_phone": "+31 20 555 01 00",
    "postal_lines": ("14 Observatory Lane", "1012 AB Amsterdam"), "subject_version": 2,
}  # fmt: skip
WITH_SUPPORT = workspace(PARTNER, PROVIDER, "partner", "Meridian Partners", **REACHED)
OWN_CUSTOMER = uuid4()
LARKSPUR, MERIDIAN = (
    "Larkspur Cloud <no-reply@portal.larkspur.example>",
    "Meridian Partners <no-reply@portal.larkspur.example>",
)


async def mail_an_invoice(notifications: NotificationsHarness, workspace_id: UUID = CUSTOMER) -> Any:
    group = uuid4()
    found = billing_contact(group, "ap@northwind.example").model_copy(update={"workspace_id": workspace_id})
    await notifications.hear(found, invoice(group, workspace_id=workspace_id))
    await notifications.send()
    [mail] = notifications.server.mails
    return mail


async def test_a_mail_says_when_support_is_reached_and_which_site_helps(notifications: NotificationsHarness) -> None:
    more = {"support_hours": "Mon to Fri, 8 to 18 (CET)", "help_url": "https://help.meridian.example"}
    await notifications.hear(workspace(PARTNER, PROVIDER, "partner", "Meridian Partners", **REACHED | more))

    mail = await mail_an_invoice(notifications)

    said = "or +31 20 555 01 00\nSupport hours: Mon to Fri, 8 to 18 (CET)\nHelp site: https://help.meridian.example\n\n"
    assert said in text_of(mail)
    assert 'href="https://help.meridian.example"' in html_of(mail)


async def test_a_partners_customer_gets_mail_from_the_partner(notifications: NotificationsHarness) -> None:
    await notifications.hear(WITH_SUPPORT)

    mail = await mail_an_invoice(notifications)

    assert str(mail["From"]) == MERIDIAN
    assert str(mail["Reply-To"]) == "support@meridian.example"
    end = text_of(mail).partition("-- ")[2]
    assert "Questions? support@meridian.example or +31 20 555 01 00" in end
    assert end.endswith("Meridian Partners\n14 Observatory Lane\n1012 AB Amsterdam\n")
    assert "Meridian Partners · 14 Observatory Lane · 1012 AB Amsterdam" in html_of(mail)
    assert "Larkspur" not in text_of(mail).replace("portal.larkspur", "")


async def test_the_providers_customer_gets_mail_from_the_provider(notifications: NotificationsHarness) -> None:
    await notifications.hear(WITH_SUPPORT, workspace(OWN_CUSTOMER, PROVIDER, "customer", "Quarry Works"))

    mail = await mail_an_invoice(notifications, OWN_CUSTOMER)

    assert str(mail["From"]) == LARKSPUR
    assert mail["Reply-To"] is None
    assert "Questions?" not in text_of(mail)
    assert text_of(mail).endswith("Larkspur Cloud\n")


@pytest.mark.parametrize("known", ["support_address", "support_phone", None])
async def test_only_what_is_known_is_said(notifications: NotificationsHarness, known: str | None) -> None:
    fields = {"postal_lines": (), "subject_version": 2} | ({known: REACHED[known]} if known else {})
    await notifications.hear(workspace(PARTNER, PROVIDER, "partner", "Meridian Partners", **fields))

    mail = await mail_an_invoice(notifications)

    assert (f"Questions? {REACHED[known]}\n" in text_of(mail)) if known else ("Questions?" not in text_of(mail))
    assert (mail["Reply-To"] is not None) is (known == "support_address")
    assert "None" not in text_of(mail) + html_of(mail)


async def test_the_partners_own_contacts_get_mail_from_the_provider(notifications: NotificationsHarness) -> None:
    of_customer, staff = {"workspace_id": CUSTOMER, "address": "it@northwind.example"}, {"workspace_id": PROVIDER}
    await notifications.hear(contact(), contact(**of_customer), contact("staff@larkspur.example", **staff))

    await notifications.hear(provisioned(), long_overdue(uuid4()))
    await notifications.send()

    assert {mail["To"].addresses[0].addr_spec: str(mail["From"]) for mail in notifications.server.mails} == {
        "ops@meridian.example": LARKSPUR,
        "it@northwind.example": MERIDIAN,
        "staff@larkspur.example": LARKSPUR,
    }


@pytest.mark.parametrize(("home", "sender"), [(PARTNER, LARKSPUR), (CUSTOMER, MERIDIAN), (None, MERIDIAN)])
async def test_a_person_gets_mail_from_whoever_their_own_company_buys_from(
    notifications: NotificationsHarness, home: UUID | None, sender: str
) -> None:
    """Tom pays for the customer: as a user of the partner, or of the customer."""
    await notifications.hear(person(), *([granted(TOM, "regular", home)] if home else []))

    await notifications.hear(payment(PaymentSucceeded))
    await notifications.send()

    assert [str(mail["From"]) for mail in notifications.server.mails] == [sender]


async def test_sign_in_mails_come_from_whoever_the_company_buys_from(notifications: NotificationsHarness) -> None:
    await notifications.hear(WITH_SUPPORT, person(), signed_in())
    await notifications.command_secret("sign_in", code="402913")

    await notifications.send()

    senders = {mail["To"].addresses[0].addr_spec: str(mail["From"]) for mail in notifications.server.mails}
    assert senders == {"jonas@northwind.example": MERIDIAN, "tom@meridian.example": LARKSPUR}


async def test_a_sign_in_mail_does_not_wait_for_the_workspace(notifications: NotificationsHarness) -> None:
    await notifications.change("DELETE FROM workspace_copies")

    await notifications.command_secret("sign_in", code="402913", reader={"locale": "de-DE", "time_zone": None})
    await notifications.send()

    assert [str(mail["From"]) for mail in notifications.server.mails] == [
        "Kundenportal <no-reply@portal.larkspur.example>"
    ]


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("Meridian Partners B.V.", "Meridian Partners B.V."),
        ("14 Observatory Lane", "Meridian Partners · 14 Observatory Lane"),
    ],
)
async def test_an_address_that_begins_with_the_name_is_not_named_twice(
    notifications: NotificationsHarness, first: str, shown: str
) -> None:
    lines = {"postal_lines": (first, "1012 AB Amsterdam"), "subject_version": 2}
    await notifications.hear(workspace(PARTNER, PROVIDER, "partner", "Meridian Partners", **lines))

    mail = await mail_an_invoice(notifications)

    assert f">{shown} · 1012 AB Amsterdam<" in html_of(mail)


@pytest.mark.rule("O10")
async def test_a_mail_shows_its_sellers_brand_and_what_a_partner_has_not_said_is_the_providers(
    notifications: NotificationsHarness,
) -> None:
    links = {"imprint_url": "https://larkspur.example/imprint", "color": "#123456"}
    logo = base64.b64encode(b"\x89PNG of the provider").decode()
    await notifications.hear(
        WITH_SUPPORT,
        BrandChanged(workspace_id=PROVIDER, logo_hash="5f", logo_png=logo, sender_name="Larkspur", **links),
        BrandChanged(workspace_id=PARTNER, color="#ffbf00", sender_name="Meridian Service", subject_version=2),
        BrandChanged(workspace_id=PARTNER, color="#000000", subject_version=1),
    )

    mail = await mail_an_invoice(notifications)

    html, [image] = html_of(mail), [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert str(mail["From"]) == "Meridian Service <no-reply@portal.larkspur.example>"
    assert ("#ffbf00" in html, "#4f46e5" in html, "cid:logo" in html) == (True, False, True)
    assert (image["Content-ID"], image.get_content()) == ("<logo>", b"\x89PNG of the provider")
    assert 'href="https://larkspur.example/imprint"' in html
    assert text_of(mail).rstrip().endswith("Imprint: https://larkspur.example/imprint")
