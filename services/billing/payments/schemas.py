from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.schemas import Body, Read


class PaymentCreate(Body):
    invoice_id: UUID
    return_url: Annotated[str, Field(max_length=2000)]
    """Where the payment page sends the person afterwards: a URL of this portal."""


class PaymentRead(Read):
    id: UUID
    invoice_id: UUID
    state: str
    amount_minor: int
    currency: str
    pay_url: str | None
    failure_reason: str | None
