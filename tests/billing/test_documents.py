"""Documents that the provider keeps with an account (I1, I6, P20)."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from services.billing import jobs
from services.billing.documents.service import store_of
from shared.files import NoSuchFile
from tests.billing.harness import BillingHarness
from tests.harness.services import Caller

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


async def add(
    billing: BillingHarness, customer: UUID, content: bytes = PDF, *, id_: UUID | None = None, **query: Any
) -> httpx.Response:
    path = f"/api/billing/documents/of-customers/{customer}/{id_ or uuid4()}"
    asked = {"title": "Master agreement", "kind": "contract"} | query
    return await billing.provider.http.put(path, params=asked, content=content)


async def listed(caller: Caller) -> list[str]:
    answer = await caller.http.get("/api/billing/documents")
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["items"]]


@pytest.mark.rule("I1", "P20")
async def test_what_staff_add_the_people_of_the_account_list_and_download_and_it_is_logged(
    billing: BillingHarness,
) -> None:
    customer, invoice = await billing.invoiced()
    reader = await billing.running.caller("read_only", workspace_id=customer)
    visitor = await billing.running.caller(
        "billing", workspace_id=customer, bill_group_id=UUID(str(invoice["bill_group_id"]))
    )
    whole = (await add(billing, customer)).json()
    await add(billing, customer, title="Statement 2026", kind="statement", bill_group_id=str(invoice["bill_group_id"]))

    file = await reader.http.get(f"/api/billing/documents/{whole['id']}/file")

    assert await listed(reader) == ["Statement 2026", "Master agreement"]
    assert await listed(visitor) == ["Statement 2026"], "the whole account is not theirs (D5)"
    assert (await visitor.http.get(f"/api/billing/documents/{whole['id']}/file")).status_code == 404
    assert (file.status_code, file.content, file.headers["content-type"]) == (200, PDF, "application/pdf")
    [event] = await billing.events("document_downloaded", customer)
    assert (event["title"], event["actor"]["user_id"]) == ("Master agreement", str(reader.user_id))


@pytest.mark.rule("P21")
async def test_who_sees_no_money_sees_no_documents_and_another_customer_none_of_these(
    billing: BillingHarness,
) -> None:
    customer, other = await billing.customer(), await billing.customer()
    document = (await add(billing, customer)).json()
    support = await billing.running.caller("support", workspace_id=customer)
    stranger = await billing.running.caller("admin", workspace_id=other)

    assert (await support.http.get("/api/billing/documents")).status_code == 403
    assert await listed(stranger) == []
    assert (await stranger.http.get(f"/api/billing/documents/{document['id']}/file")).status_code == 404


@pytest.mark.rule("D22")
async def test_a_document_that_is_sent_twice_is_added_once_and_its_id_takes_no_other(billing: BillingHarness) -> None:
    customer, id_ = await billing.customer(), uuid4()

    first, again = [await add(billing, customer, id_=id_) for _ in range(2)]
    other = await add(billing, customer, PDF + b"%", id_=id_)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert first.json() == again.json()
    assert len(await billing.events("document_added", customer)) == 1
    reader = await billing.running.caller("admin", workspace_id=customer)
    assert (await reader.http.get(f"/api/billing/documents/{id_}/file")).content == PDF, "the refused file is not there"


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04"])
async def test_what_is_no_pdf_is_refused(billing: BillingHarness, content: bytes) -> None:
    answer = await add(billing, await billing.customer(), content)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-pdf")


async def test_a_document_whose_file_is_lost_is_told_and_not_logged_as_downloaded(billing: BillingHarness) -> None:
    customer = await billing.customer()
    document = (await add(billing, customer)).json()
    reader = await billing.running.caller("admin", workspace_id=customer)
    [row] = await billing.rows("SELECT id, sha256 FROM documents WHERE workspace_id = :w", w=customer)
    await store_of(billing.running.runtime.settings).delete(f"documents/{row['id']}/{row['sha256']}.pdf")

    answer = await reader.http.get(f"/api/billing/documents/{document['id']}/file")

    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/document-lost")
    assert await billing.events("document_downloaded", customer) == []


async def test_a_removed_document_is_gone_at_once_and_its_file_within_hours(billing: BillingHarness) -> None:
    customer = await billing.customer()
    document = (await add(billing, customer)).json()
    reader = await billing.running.caller("admin", workspace_id=customer)
    path = f"/api/billing/documents/of-customers/{customer}/{document['id']}"
    [row] = await billing.rows("SELECT id, sha256 FROM documents WHERE workspace_id = :w", w=customer)
    key, files = f"documents/{row['id']}/{row['sha256']}.pdf", store_of(billing.running.runtime.settings)

    removed, again = [(await billing.provider.http.delete(path)).status_code for _ in range(2)]
    gone = await listed(reader), (await reader.http.get(f"/api/billing/documents/{document['id']}/file")).status_code
    await jobs.forget_documents(billing.job)
    assert b"".join([piece async for piece in await files.open(key)]) == PDF, "somebody may be downloading it"
    async with billing.running.database.owner.begin() as session:
        await session.execute(text("UPDATE documents SET removed_at = removed_at - interval '2 hours'"))
    await jobs.forget_documents(billing.job)

    assert (removed, again) == (204, 404)
    assert gone == ([], 404)
    with pytest.raises(NoSuchFile):
        await files.open(key)
    assert await billing.rows("SELECT id FROM documents WHERE workspace_id = :w", w=customer) == []
