"""The PDF of an invoice on its page, and the provider's page of those that could not be made."""

import pytest

from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident
from tests.portal.test_failed_orders import form_of, row

PATH = "/provider/larkspur/unprinted-invoices"


@pytest.mark.rule("O28")
async def test_while_a_pdf_is_made_the_page_says_so_and_listens(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("jonas")
    fakes.document = "printing"
    invoice = f"/w/northwind/billing/invoices/{business.INVOICES[0]['id']}"

    waiting = await browser.get(invoice)
    asked = await browser.get(f"{invoice}/pdf")
    told = await browser.get(asked.headers["location"])
    fakes.document = "ready"
    ready = await browser.get(invoice)

    assert "The PDF is being made" in waiting.text
    assert f'hx-sse:connect="{invoice}/document-events"' in waiting.text
    assert f'href="{invoice}/pdf"' not in waiting.text
    assert (asked.status_code, asked.headers["location"]) == (303, invoice)
    assert "The PDF is being made. It is here in a moment." in told.text
    assert f'href="{invoice}/pdf"' in ready.text
    assert "document-events" not in ready.text


async def test_staff_see_why_an_invoice_is_not_printed_and_have_it_printed_again(
    visit: Visit, fakes: FakeServices
) -> None:
    browser = visit("lars")
    page = (await browser.get(PATH)).text
    sent = form_of(page, "INV-2026-00009")

    answer = await browser.post(f"{PATH}/{ident('INV-2026-00009')}/print", data=sent)
    after = (await browser.get(answer.headers["location"])).text

    assert "most often because of too little memory" in row(page, "INV-2026-00009")
    assert "(U+1401)" in row(page, "INV-2026-00008")
    assert "Northwind Logistics" in row(page, "INV-2026-00008")
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    assert "The PDF is being made again." in after
    assert "It is being made again." in row(after, "INV-2026-00009")
    assert "Print again" not in row(after, "INV-2026-00009")


async def test_what_somebody_else_had_printed_meanwhile_is_told(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars")
    sent = form_of((await browser.get(PATH)).text, "INV-2026-00009")
    fakes.unprinted = []

    answer = await browser.post(f"{PATH}/{ident('INV-2026-00009')}/print", data=sent)

    assert "It does not exist, or you may not see it." in (await browser.get(answer.headers["location"])).text
