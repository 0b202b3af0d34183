"""What people read when a service refuses."""

import importlib
from typing import Any

import pytest

from deploy.environment import SERVICES
from services.portal.refusals import FIELDS, PROBLEMS, WITHOUT_LIMIT, field_refusal, words_of
from shared.errors import problems_of
from shared.field_errors import CODES
from shared.language import Localisation, localised_for
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices, problem

GERMAN = Localisation("de-DE")


def kinds() -> set[str]:
    for name in SERVICES:
        importlib.import_module(f"services.{name}.app")
    return {each.slug().replace("-", "_") for each in problems_of("services", "shared")}


def test_every_problem_and_every_code_has_words() -> None:
    assert set(PROBLEMS) == kinds()
    assert set(FIELDS) == set(CODES)
    assert set(WITHOUT_LIMIT) == {code for code, words in FIELDS.items() if "%(limit)s" in words}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"code": "too_long", "limit": 2000}, "At most 2,000 characters are possible."),
        ({"code": "too_long"}, "This is too long."),
        ({"code": "too_small", "limit": 1.5}, "1.5 or more, please."),
        ({"code": "required"}, "Please fill this in."),
        ({"code": "of_a_newer_version", "detail": "String should match pattern '^x$'"}, "Please check this entry."),
        ({}, "Please check this entry."),
    ],
)
def test_a_field_says_what_is_wrong_in_words_for_people(error: dict[str, Any], text: str) -> None:
    assert field_refusal({"pointer": "/name"} | error).text == text


def test_a_refusal_without_words_of_its_own_says_something_and_is_logged(log_lines: list[dict[str, Any]]) -> None:
    words = words_of("of_a_newer_version", 409, "State 7 does not allow 8.")

    assert words.text == "It is not possible now. Load the page again and try once more."
    [line] = [line for line in log_lines if line["event"] == "refusal.without_words"]
    assert (line["kind"], line["detail"]) == ("of_a_newer_version", "State 7 does not allow 8.")


def test_every_refusal_is_said_in_german() -> None:
    with localised_for(GERMAN):
        for kind, english in PROBLEMS.items():
            said = words_of(kind, 409, "")
            assert english.title != said.title, kind
            assert english.text != said.text, kind
        for code, text in FIELDS.items():
            assert field_refusal({"pointer": "/a", "code": code, "limit": 7}).text != text % {"limit": 7}, code


async def test_a_form_shows_no_word_of_the_service(visit: Visit, fakes: FakeServices) -> None:
    wrong = {"pointer": "/address", "code": "not_an_address", "detail": "value is not a valid email address: @"}
    fakes.replies["POST", "/api/identity/invitations"] = problem(422, "invalid", "Fields!", errors=[wrong])

    page = await visit("ana").post("/w/meridian/users/invite", data={"address": "x", "role": "admin"})

    assert page.status_code == 422
    assert "Enter a mail address, such as name@example.com." in page.text
    assert "not a valid email" not in page.text
