from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.schemas import Read


class UnprintedInvoiceRead(Read):
    """An invoice of any workspace whose PDF could not be made, or lacks characters."""

    id: UUID
    number: str
    workspace_id: UUID
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    issued_at: datetime
    state: Literal["failed", "printing", "ready"]
    """``failed``: there is no PDF. ``printing``: it is made again. ``ready``: it is there, with the replacement
    character for each of ``missing``."""
    failure: Literal["died", "too_slow", "refused", "not_stored", "no_logo"] | None
    """Why it could not be made: the printing process ended, most often because of too little memory; it took too long;
    the compiler refused; the store of files did; the seller's logo is gone."""
    failed_at: datetime | None
    missing: list[str]
    """Characters of the invoice that no font has."""


class PrintedAgainRead(Read):
    """What was asked for. The list says what becomes of it."""

    invoice_id: UUID
    state: Literal["printing"]
