"""Mails are in the language of who reads them, with their formats and in their time zone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from services.notifications.mails.content import MailContent
from services.notifications.topic_rows import Group
from services.notifications.topics import Topic
from shared.events.billing import InvoicePaid
from shared.events.identity import UserUpdated
from shared.language import TAGS, Localisation, localised_for
from shared.language.tags import PSEUDO_TAG
from tests.notifications.harness import (
    CUSTOMER,
    NOON,
    PARTNER,
    PROVIDER,
    NotificationsHarness,
    billing_contact,
    contact,
    invoice,
    person,
    provisioned,
    signed_in,
    workspace,
)
from tests.notifications.mail_server import html_of, text_of
from tests.notifications.test_mail_content import HOSTILE, content_of, mail_of

GERMAN_PARTNER = workspace(PARTNER, PROVIDER, "partner", "Meridian Partners", locale="de-DE", subject_version=2)
GERMAN_CUSTOMER = workspace(CUSTOMER, PARTNER, "customer", "Northwind Logistics", locale="de-AT", subject_version=2)


@pytest.mark.rule("D28")
async def test_a_person_gets_mail_in_their_language_and_time_zone(notifications: NotificationsHarness) -> None:
    await notifications.hear(person(locale="de-AT", time_zone="Europe/Vienna"), signed_in())

    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Anmeldung in einem neuen Browser: Firefox unter Linux"
    assert "Wann: 22.11.2026, 13:00:00 MEZ" in text_of(mail)
    assert '<html lang="de-AT" dir="ltr">' in html_of(mail)


@pytest.mark.rule("D28")
async def test_the_language_is_looked_up_when_the_mail_is_sent(notifications: NotificationsHarness) -> None:
    chosen = {"locale": "en-GB", "time_zone": "Asia/Tokyo", "subject_version": 2}
    await notifications.hear(person(locale="de-AT"), signed_in())

    await notifications.hear(UserUpdated(**person().model_dump(exclude={"event_id", "name"}) | chosen))
    await notifications.send()

    [mail] = notifications.server.mails
    assert "When: 22 Nov 2026, 21:00:00 GMT+09:00" in text_of(mail)


async def test_a_person_whose_language_is_not_known_gets_that_of_the_workspace(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(GERMAN_PARTNER, person(), signed_in())

    await notifications.send()

    [mail] = notifications.server.mails
    assert "Wann: 22.11.2026, 12:00:00 UTC" in text_of(mail)


@pytest.mark.rule("D28", "P27")
async def test_an_admin_contact_gets_the_language_of_its_company(notifications: NotificationsHarness) -> None:
    await notifications.hear(GERMAN_PARTNER, contact(), person(locale="en-GB"))

    await notifications.hear(provisioned(quantity=2))
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Neuer Dienst für Northwind Logistics: 2 × 10 Gbps port"
    told = " ".join(text_of(mail).split())
    assert "Die Abrechnung beginnt am 7. Dezember 2026." in told
    assert "Bestellt von: Tom Becker (tom@meridian.example), im Auftrag von Northwind Logistics" in told
    assert "Bereitgestellt: 22.11.2026, 12:00:00 UTC" in told


@pytest.mark.rule("D28", "D20")
async def test_a_billing_contact_gets_the_language_and_formats_of_the_customer(
    notifications: NotificationsHarness,
) -> None:
    group = uuid4()
    await notifications.hear(GERMAN_CUSTOMER, billing_contact(group, "ap@northwind.example"))
    paid = {"number": "LC-2026-000042", "total_minor": 184000, "currency": "EUR", "occurred_at": NOON}

    await notifications.hear(invoice(group))
    await notifications.hear(InvoicePaid(workspace_id=CUSTOMER, invoice_id=uuid4(), bill_group_id=group, **paid))
    await notifications.send()

    receipt, issued = sorted(notifications.server.mails, key=lambda mail: "fällig" in mail["Subject"])
    assert issued["Subject"] == "Rechnung LC-2026-000042: € 1.840,00, fällig am 6. Dezember 2026"
    assert receipt["Subject"] == "Rechnung LC-2026-000042 ist bezahlt"
    assert "Bezahlt: 22.11.2026, 12:00:00 UTC" in text_of(receipt)


async def test_two_mails_at_once_are_each_in_their_own_language(notifications: NotificationsHarness) -> None:
    people = {uuid4(): tag for tag in ("de-DE", "en-GB") * 4}
    await notifications.hear(
        *[person(user, f"{tag}-{user}@meridian.example", locale=tag) for user, tag in people.items()],
        *[signed_in().model_copy(update={"user_id": user, "event_id": uuid4()}) for user in people],
    )

    await notifications.send()

    languages = [(str(mail["To"]).split("<")[1][:2], mail["Subject"][:5]) for mail in notifications.server.mails]
    assert sorted(languages) == [("de", "Anmel")] * 4 + [("en", "Sign-")] * 4


@pytest.mark.rule("D28", "D19")
@pytest.mark.parametrize(
    ("reader", "subject"),
    [
        ({"locale": "de-CH", "time_zone": "Europe/Zurich"}, "Ihr Anmeldelink und Anmeldecode"),
        ({"locale": "en-GB", "time_zone": None}, "Your sign-in link and code"),
        ({"locale": None, "time_zone": None}, "Ihr Anmeldelink und Anmeldecode"),
        ({}, "Ihr Anmeldelink und Anmeldecode"),
    ],
)
async def test_a_secret_is_mailed_in_the_language_that_identity_knows_else_the_providers(
    notifications: NotificationsHarness, reader: dict[str, str | None], subject: str
) -> None:
    german = workspace(PROVIDER, None, "provider", "Larkspur Cloud", locale="de-DE", subject_version=2)
    await notifications.hear(german)

    await notifications.command_secret("sign_in", code="402913", reader=reader)
    await notifications.send()

    assert notifications.server.subjects == [subject]


def texts_of(content: MailContent) -> Iterator[str]:
    yield from (content.subject, content.preview, content.heading, *content.paragraphs, content.reason)
    yield from (content.button.label, *(label for label, _ in content.rows))
    if content.statement is not None:
        yield from (label for label, _ in content.statement.sums)
        yield from [content.statement.more] if content.statement.more else []
    if content.note is not None:
        yield content.note


@pytest.mark.rule("D28")
@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("topic", Topic)
def test_every_mail_can_be_written_in_every_language(topic: Topic, tag: str) -> None:
    with localised_for(Localisation(tag)):
        texts, mail = list(texts_of(content_of(topic))), mail_of(topic)

    assert all(texts)
    assert f'lang="{tag}"' in mail.html
    assert all("%(" not in text for text in (*texts, mail.text, mail.html))


@pytest.mark.parametrize("topic", Topic)
def test_no_text_of_a_mail_is_left_out_of_the_translations(topic: Topic) -> None:
    with localised_for(Localisation(PSEUDO_TAG)):
        texts, plain = list(texts_of(content_of(topic))), mail_of(topic).text

    of_staff = {HOSTILE} if topic.row.group is Group.news else set[str]()  # in the languages that they write
    assert [text for text in texts if not (text.startswith("⟦") and text.endswith("⟧"))] == [*of_staff] * 3
    assert "Code:" not in plain
