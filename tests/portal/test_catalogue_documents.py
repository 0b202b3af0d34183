"""The catalogue as a YAML document: export, dry run, errors by line and column, and applying it."""

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.products.transfer import works_in
from services.portal.products.yaml_documents import MOST_BYTES, read_document, write_document
from tests.portal.answering import problem
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices

PRODUCTS = "/provider/larkspur/products"
WRITES = [
    ("POST", "/api/provisioning/products"), ("PUT", "/api/provisioning/products/port"), ("POST", "/api/billing/plans"),
]  # fmt: skip
BOX = """format: portico-catalogue/1
products:
- key: box
  display_name: Box
  kind: asset
  driver: simulator
  configuration_schema:
    type: object
    properties:
      code: {type: string, pattern: '[a-z]+'}
  plans:
  - display_name: Monthly
    currency: EUR
    recurring_minor: 1200
"""

texts = st.text(max_size=12) | st.sampled_from(["on", "1e5", "12:30", "~", "null", "0o7", "007", "1_000", "2026-01-01"])
scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e9, 1e9, allow_nan=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)


@settings(max_examples=300, deadline=None)
@given(values)
def test_what_is_written_is_read_as_the_same(value: Any) -> None:
    document = read_document(write_document({"it": value}).encode())

    assert document.faults == []
    assert repr(document.value) == repr({"it": value})


def written_without(calls: FakeServices) -> None:
    assert [calls.sent(*each) for each in WRITES] == [[], [], []]


async def send(staff: httpx.AsyncClient, document: str, act: str = "check") -> httpx.Response:
    return await staff.post(f"{PRODUCTS}/import", files={"file": ("catalogue.yaml", document)}, data={"act": act})


async def test_what_is_exported_is_the_same_for_a_dry_run(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.withdrawn = {"metal-m4"}
    exported = await staff.post(f"{PRODUCTS}/export")

    answer = await send(staff, exported.text)

    assert exported.headers["content-disposition"] == 'attachment; filename="catalogue.yaml"'
    assert exported.text.startswith("format: portico-catalogue/1")
    assert answer.status_code == 200
    assert answer.text.count("The same") == 5
    assert "Would be" not in answer.text
    written_without(fakes)


async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    staff: httpx.AsyncClient, fakes: FakeServices
) -> None:
    exported = (await staff.post(f"{PRODUCTS}/export")).text
    changed = exported.replace("maximum: 60", "maximum: 48").replace("recurring_minor: 50000", "recurring_minor: 60000")

    text = (await send(staff, changed + BOX.partition("products:\n")[2])).text

    assert "configuration_schema.properties.term_months.maximum" in text
    assert "60 → 48" in text
    assert "50000 → 60000" in text
    assert text.count("Would be changed") == 2
    assert text.count("Would be published") == 2
    written_without(fakes)


async def test_a_document_is_applied_once_whatever_is_sent_twice(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    first = (await send(staff, BOX, "apply")).text
    second = (await send(staff, BOX, "apply")).text

    assert first.count("Published") == 2
    assert second.count("The same") == 2
    assert len(fakes.sent("POST", "/api/provisioning/products")) == 1
    [plan] = fakes.sent("POST", "/api/billing/plans")
    assert (plan["recurring_minor"], plan["interval_months"], plan["terms"]) == (1200, 1, {})


async def test_what_fails_half_way_is_said_and_repeated(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    fakes.replies["POST", "/api/billing/plans"] = problem(503, "unavailable", "Not now.", retry_after=1)
    failed = await send(staff, BOX, "apply")
    del fakes.replies["POST", "/api/billing/plans"]
    again = await send(staff, BOX, "apply")

    assert "Apply the document again: what was done stays done." in failed.text
    assert "Not done" in failed.text
    assert again.text.count("Published") == 1
    assert len(fakes.sent("POST", "/api/provisioning/products")) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kind: asset", "kind: &a asset"), "Line 5, column 9: Anchors and aliases are not possible."),
        (("kind: asset", "kind: !!str asset"), "Line 5, column 9: Tags are not possible."),
        (("kind: asset", "kind: [asset"), "This is not valid YAML."),
        (("kind: asset", "kind: asset\n  kind: node"), "Line 6, column 3: The name kind is there twice."),
        (("kind: asset", "sort: asset"), "Line 5, column 3: sort is not known here."),
        (("kind: asset", "sort: asset"), "Line 3, column 3: kind is missing."),
        (("'[a-z]+'", "'(?=a)'"), "Line 10, column 28: This is not a pattern that can be checked."),
        (("currency: EUR", "currency: XXX"), "Line 13, column 5: Enter a currency by its three letters"),
        (("currency: EUR", "offered: perhaps\n    currency: EUR"), "Line 13, column 5: This has to be true or false."),
        (("portico-catalogue/1", "portico-catalogue/2"), "Line 1, column 1: A catalogue has the format"),
        (("products:", "products: 1\nothers:"), "Line 1, column 1: A catalogue has the format"),
        (("- key: box", "- box\n- key: box"), "Line 3, column 3: This has to be names with values."),
        (("key: box", "key: box\u0007"), "This character is not possible."),
        (("format:", "---\na: 1\n---\nformat:"), "Only one document at a time is possible."),
        (("type: object", "type: " + "[" * 60 + "]" * 60), "This is nested too deep."),
        (("type: object", "type: [" + "1, " * 21_000 + "1]"), "The document has too many parts."),
        (("type: object", "type: " + "x" * MOST_BYTES), "The document is larger than 150 KB."),
    ],
)
async def test_what_is_wrong_is_said_with_its_place_and_nothing_is_changed(
    staff: httpx.AsyncClient, fakes: FakeServices, change: tuple[str, str], said: str
) -> None:
    assert change[0] in BOX
    answer = await send(staff, BOX.replace(*change), "apply")

    assert answer.status_code == 422
    assert said in answer.text
    written_without(fakes)


def test_bytes_that_are_no_text_are_said() -> None:
    document = read_document(b"format: portico-catalogue/1\n\xff")

    assert [fault.text for fault in document.faults] == ["Line 2, column 1: This is not UTF-8."]


def test_the_same_product_or_plan_twice_is_said() -> None:
    twice = read_document((BOX + BOX.partition("products:\n")[2]).encode())

    works_in(twice)

    assert [fault.text for fault in twice.faults] == ["Line 15, column 3: The name box is there twice."]


async def test_only_who_keeps_the_catalogue_exports_and_imports(visit: Visit, fakes: FakeServices) -> None:
    browser = visit("lars-support")

    answers = [
        await browser.post(f"{PRODUCTS}/export"), await browser.get(f"{PRODUCTS}/import"),
        await send(browser, BOX, "apply"),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    written_without(fakes)


TWO = """format: portico-catalogue/1
products:
- key: line
  display_name: Line
  kind: port
  driver: simulator
  configuration_schema: {type: object}
  add_on_to: [box]
  brings:
  - product: wire
    plans: [Yearly, Daily]
  - product: nothing
    plans: [Monthly]
- key: wire
  display_name: Wire
  kind: asset
  driver: simulator
  configuration_schema: {type: object}
  plans:
  - display_name: Yearly
    currency: EUR
    recurring_minor: 1200
"""


def refusing(*pointers: str) -> httpx.Response:
    errors = [{"pointer": pointer, "code": "not_offered", "detail": "is not there"} for pointer in pointers]
    return problem(422, "parts-not-usable", "Correct it.", errors=errors)


async def test_a_dry_run_knows_the_products_and_plans_that_come_with_the_document(
    staff: httpx.AsyncClient, fakes: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not published yet, but in the document, is no fault of what refers to it."""
    wrong = "/brings/0/product", "/brings/0/plans/0", "/brings/0/plans/1", "/brings/1/product", "/add_on_to/0"
    monkeypatch.setattr(fakes, "_product_refusal", lambda entry: refusing(*wrong) if entry["brings"] else None)

    answer = await send(staff, TWO)

    assert answer.status_code == 422
    lines = [8, 11, 12]
    assert [line for line in range(8, 16) if f"Line {line}," in answer.text] == lines
    written_without(fakes)


async def test_what_others_refer_to_is_published_first(staff: httpx.AsyncClient, fakes: FakeServices) -> None:
    document = TWO.replace("Yearly, Daily", "Yearly").replace(
        "  - product: nothing\n    plans: [Monthly]\n", ""
    ).replace("  add_on_to: [box]\n", "")  # fmt: skip

    answer = await send(staff, document, "apply")

    assert answer.status_code == 200, answer.text
    published = fakes.sent("POST", "/api/provisioning/products")
    assert [each["key"] for each in published] == ["wire", "line"]
    assert published[1]["brings"] == [
        {"product": "wire", "plans": ["Yearly"], "configuration": {}, "copied": {}, "quantity": 1}
    ]
