"""An order that is not placed yet, in the address of its pages: what was entered, and the key that places it once.

The address says nothing to who reads it in a log, and nobody can make one up. Nothing is stored."""

import zlib
from typing import Self

from cryptography.fernet import InvalidToken, MultiFernet
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.portal.forms import Form, new_key
from services.portal.runtime import runtime_of
from services.portal.viewer import Viewer
from shared.secrets import cipher_of

LONGEST = 7_000
"""Characters of a sealed draft: with the rest, an address of less than 8 KB, which every browser and proxy takes."""
REVIEWABLE_SECONDS = 23 * 3600
"""Provisioning remembers for 24 hours which order was placed with a key. Later, the same draft could place it again."""


class DraftTooLong(Exception):
    """What was entered does not fit into an address."""


class Draft(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: str
    """The id of the workspace that orders. In another one, the draft counts for nothing."""
    product: str
    """The product's key."""
    entries: dict[str, str]
    """The form's fields."""
    key: str
    """The order's Idempotency-Key."""

    @classmethod
    def of(cls, viewer: Viewer, product_key: str, form: Form) -> Self:
        """A new draft, which places an order of its own."""
        return cls(workspace=str(viewer.workspace.id), product=product_key, entries=form.values, key=new_key())

    @property
    def form(self) -> Form:
        return Form(dict(self.entries), key=self.key)

    def sealed(self, request: Request) -> str:
        """Raises `DraftTooLong`."""
        closed = _seal(request).encrypt(zlib.compress(self.model_dump_json().encode(), 9)).decode()
        if len(closed) > LONGEST:
            raise DraftTooLong
        return closed


def opened(request: Request, viewer: Viewer, product_key: str, sealed: str, seconds: int | None = None) -> Draft | None:
    """The draft, if it is one of this workspace and product, and at most that old."""
    try:
        draft = Draft.model_validate_json(zlib.decompress(_seal(request).decrypt(sealed, seconds)))
    except (InvalidToken, ValidationError, ValueError, zlib.error):
        return None
    return draft if (draft.workspace, draft.product) == (str(viewer.workspace.id), product_key) else None


def _seal(request: Request) -> MultiFernet:
    """With the keys of the cookie. Neither can be taken for the other: a cookie is no compressed draft."""
    return cipher_of(runtime_of(request).settings.cookie_key)
