"""What is done with several chosen rows of a list: each by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from fastapi import Request

from services.portal.browser import browser_of
from services.portal.clients import Refused, ServiceDown
from services.portal.forms import Form, read_form
from services.portal.tables.pages import PAGE_SIZE
from shared.language import gettext as _
from shared.language import ngettext

KEYS = UUID("6e0b1d0e-6e0c-4c86-9f0a-0e4a7d6f5c11")
"""The namespace of the keys of rows."""
NOT_NOW = (404, 409, 422, 429)
"""What a service answers where a row is not, or not any more, what it was when it was chosen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows it was done with, how many were refused, and how many were not reached. ``why`` is the first
    refusal's text, in the reader's language."""

    done: int
    refused: int
    left: int
    why: str = ""


async def each_chosen(request: Request, act: Callable[[UUID, str], Awaitable[object]]) -> Outcome:
    """Call ``act`` with the id of each chosen row and an Idempotency-Key of its own, so that sending the form twice
    does nothing twice. At most a page of rows; what is no id counts as not chosen. Once a service does not answer, or
    the page's time is up, the rest stays as it is."""
    ids, form = await chosen_ids(request), await read_form(request)
    done = refused = 0
    why = ""
    for row_id in ids:
        try:
            await act(row_id, _key_of(form, row_id))
            done += 1
        except Refused as refusal:
            if refusal.status not in NOT_NOW:
                raise
            refused += 1
            why = why or refusal.detail
        except ServiceDown:
            break
    return Outcome(done, refused, len(ids) - done - refused, why)


def _key_of(form: Form, row_id: UUID) -> str:
    return str(uuid5(KEYS, f"{form.key} {row_id}"))


def say_outcome(request: Request, outcome: Outcome, done: str) -> None:
    """Tell the person, on the next page. ``done`` says what was done with how many."""
    browser, refused, left = browser_of(request), outcome.refused, outcome.left
    if not outcome.done and not refused and not left:
        browser.say(_("Choose at least one row first."), "bad")
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
