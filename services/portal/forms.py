"""A submitted form: its values and the errors per field. Services validate; pages only show the result."""

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from services.portal.atoms import form_key
from services.portal.clients import Refused

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{8,200}")
"""What services take as one; a header could not even hold some other texts."""

IN_THE_FORM = (409, 422)
"""The statuses of refusals that a form shows, with what was entered."""

new_key = form_key
MOST_DIGITS = 9
"""Of a version, which is an integer of 32 bits."""


@dataclass
class Form:
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str | None = None
    key: str = field(default_factory=new_key)

    def value(self, name: str, otherwise: Any = "") -> str:
        return self.values.get(name, str(otherwise))

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.message)

    def refused(self, refusal: Refused) -> "Form":
        """The same values, with what is wrong at the fields that the service's JSON pointers name."""
        errors = {pointer_to_name(error.pointer): error.text for error in refusal.errors}
        elsewhere = [text for name, text in errors.items() if name not in self.values]
        message = " ".join([refusal.detail, *elsewhere]) if elsewhere or not errors else None
        return Form(self.values, errors, message)

    def version(self, name: str, otherwise: int = 1) -> int:
        """The version that the page showed, which the service compares; ``otherwise`` where somebody changed the
        form."""
        entered = self.value(name)
        return int(entered) if entered.isascii() and entered.isdigit() and len(entered) <= MOST_DIGITS else otherwise

    def objected(self, name: str, text: str) -> "Form":
        return Form(self.values, {name: text})


async def read_form(request: Request, most: int = 1000) -> Form:
    """The submitted fields as text, at most that many; the hidden key is separate."""
    sent = await request.form(max_fields=most)
    values = {name: value.strip() for name, value in sent.items() if isinstance(value, str)}
    key = values.pop("idempotency_key", "")
    return Form(values, key=key if IDEMPOTENCY_KEY.fullmatch(key) else new_key())


def pointer_to_name(pointer: str) -> str:
    """``/configuration/speed`` is the field named ``configuration.speed``."""
    return pointer.lstrip("#").strip("/").replace("/", ".")
