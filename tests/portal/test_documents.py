"""The pages of documents: for an account's people, and for the provider's staff who keep them."""

from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.documents_answers import CONTRACT, PDF
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

OWN = "/w/northwind/documents"
KEPT = f"/provider/larkspur/customers/{ident('northwind')}/documents"


async def test_the_people_of_an_account_find_its_documents_and_download_them(visit: Visit) -> None:
    jonas = visit("jonas")
    file = f"{OWN}/{CONTRACT['id']}/file"

    listed, got = (await jonas.get(OWN)).text, await jonas.get(file)

    assert CONTRACT["title"] in listed
    assert f'href="{file}"' in listed
    assert (got.status_code, got.content) == (200, PDF)


async def test_a_lost_document_is_told_on_the_list(visit: Visit, fakes: FakeServices) -> None:
    path = f"/api/billing/documents/{CONTRACT['id']}/file"
    fakes.replies["GET", path] = problem(410, "document-lost", "Ask your provider to add it again.")
    jonas = visit("jonas")

    answer = await jonas.get(f"{OWN}/{CONTRACT['id']}/file")

    assert answer.headers["location"] == OWN
    assert "Ask your provider to add it again." in (await jonas.get(OWN)).text


async def test_staff_add_a_document_with_what_it_is_about(visit: Visit, fakes: FakeServices) -> None:
    entered = {"title": "Statement 2026", "kind": "statement", "bill_group_id": ident("group"), "key": "k" * 20}

    missing = await visit("lars").post(KEPT, data=entered)
    added = await visit("lars").post(KEPT, data=entered, files={"file": ("a.pdf", PDF, "application/pdf")})

    assert missing.status_code == 422
    assert "Choose a PDF." in missing.text
    assert added.headers["location"] == KEPT
    made = fakes.documents[0]
    assert (made["title"], made["kind"], made["bill_group_id"]) == ("Statement 2026", "statement", ident("group"))
    assert made["size"] == len(PDF)


async def test_staff_confirm_before_a_document_is_removed(visit: Visit, fakes: FakeServices) -> None:
    remove = f"{KEPT}/{CONTRACT['id']}/remove"

    asked = await visit("lars").get(remove)
    assert fakes.documents == [CONTRACT]
    done = await visit("lars").post(remove)

    assert f"Remove {CONTRACT['title']}?" in asked.text
    assert done.headers["location"] == KEPT
    assert fakes.documents == []


async def test_who_only_reads_neither_adds_nor_removes(visit: Visit) -> None:
    page = (await visit("lars-reading").get(KEPT)).text

    assert CONTRACT["title"] in page
    assert "Add a document" not in page
    assert "/remove" not in page
