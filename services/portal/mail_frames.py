"""A mail inside of a page: in a frame, as a page of its own that may do nothing at all."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from shared.language import DEFAULT_TAG, LANGUAGES, TAGS, choose_tag, current_localisation, language_of

IN_FRAME = {
    # A mail has its styles in its elements. They run nothing, and whatever could run, load or lead away is forbidden.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


def asked_tag(locale: Annotated[str, Query(max_length=35)] = "") -> str:
    """The language that was asked for, else the reader's."""
    tag = locale if locale in TAGS else current_localisation().tag
    return tag if tag in TAGS else DEFAULT_TAG


Tag = Annotated[str, Depends(asked_tag)]


def framing(response: Response) -> Response:
    """A page with such a frame in it."""
    response.headers["Content-Security-Policy"] += "; frame-src 'self'"
    return response


def tags_beside(tag: str) -> dict[str, str]:
    """A region of each language by its name, the one that is shown included."""
    own = {language_of(tag): tag}
    return {name: own.get(language) or choose_tag(language) for language, name in LANGUAGES.items()}
