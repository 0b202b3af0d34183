"""What is done with several rows, each by itself: the chosen ones of a list, or those that somebody has entered."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from uuid import UUID, uuid5

from fastapi import Request

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.forms import Form, read_form
from services.portal.tables.pages import PAGE_SIZE
from shared.language import gettext as _
from shared.language import ngettext

Row = TypeVar("Row")

KEYS = UUID("6e0b1d0e-6e0c-4c86-9f0a-0e4a7d6f5c11")
"""The namespace of the keys of rows."""
NOT_NOW = (404, 409, 422, 429)
"""What a service answers where a row is not, or not any more, what it was when it was chosen."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: done, refused, or left as it was because a service did not answer. ``said`` is in the
    reader's language; ``href`` leads to what helps, which ``action`` names."""

    title: str
    state: Literal["done", "refused", "left"]
    said: str = ""
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows it was done with, how many were refused, and how many were not reached. ``why`` is the first
    refusal's text, in the reader's language."""

    done: int
    refused: int
    left: int
    why: str = ""


async def tell_each(
    rows: Sequence[Row], title: Callable[[Row], str], act: Callable[[Row], Awaitable[object]]
) -> list[RowResult]:
    """Call ``act`` with each row, and tell what became of each of them. ``act`` returns a result of its own, or
    anything else for a row that is done; a text says what was done. Once a service does not answer, or the page's time
    is up, the rest stays as it is."""
    told: list[RowResult] = []
    for row in rows:
        try:
            answer = await act(row)
        except Refused as refusal:
            if refusal.status not in NOT_NOW:
                raise
            told.append(RowResult(title(row), "refused", _why(refusal)))
        except ServiceDown:
            left = _("It was not reached. Please try it again.")
            told += [RowResult(title(each), "left", left) for each in rows[len(told) :]]
            break
        else:
            done = RowResult(title(row), "done", answer if isinstance(answer, str) else "")
            told.append(answer if isinstance(answer, RowResult) else done)
    return told


def _why(refusal: Refused) -> str:
    """What is wrong with the fields, where that is known."""
    return " ".join(error.text for error in refusal.errors) or refusal.detail


async def each_chosen(request: Request, act: Callable[[UUID, str], Awaitable[object]]) -> Outcome:
    """Call ``act`` with the id of each chosen row and an Idempotency-Key of its own, so that sending the form twice
    does nothing twice. At most a page of rows; what is no id counts as not chosen."""
    ids, form = await chosen_ids(request), await read_form(request)
    told = await tell_each(ids, str, lambda row_id: act(row_id, key_of_row(form, row_id)))
    refusals = [each.said for each in told if each.state == "refused"]
    done = sum(each.state == "done" for each in told)
    return Outcome(done, len(refusals), len(told) - done - len(refusals), refusals[0] if refusals else "")


def key_of_row(form: Form, *row: object) -> str:
    """The Idempotency-Key of a row, or of what was entered for it, in a form."""
    return str(uuid5(KEYS, f"{form.key} {' '.join(map(str, row))}"))


def say_outcome(request: Request, outcome: Outcome, done: str) -> None:
    """Tell the person, on the next page. ``done`` says what was done with how many."""
    browser, refused, left = browser_of(request), outcome.refused, outcome.left
    if not outcome.done and not refused and not left:
        say_none_chosen(request)
        return
    said = [done] if outcome.done else []
    if refused:
        text = ngettext(
            "%(num)s was refused: %(why)s",
            "%(num)s were refused. The first one: %(why)s",
            refused,
            why=outcome.why,
        )
        said.append(text)
    if left:
        text = ngettext(
            "%(num)s was not reached. Please try it again.",
            "%(num)s were not reached. Please try them again.",
            left,
        )
        said.append(text)
    browser.say(" ".join(said), "bad" if refused or left else "ok")


def say_none_chosen(request: Request) -> None:
    browser_of(request).say(_("Choose at least one row first."), "bad")


async def chosen_ids(request: Request) -> list[UUID]:
    """The ids of the chosen rows, at most a page of them."""
    sent = (await request.form(max_fields=10 * PAGE_SIZE)).getlist("chosen")
    found = [_id(each) for each in sent[:PAGE_SIZE] if isinstance(each, str)]
    return list(dict.fromkeys(each for each in found if each))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
