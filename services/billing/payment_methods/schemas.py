from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.billing import MethodKind
from shared.schemas import Body, Line, Read

Label = Annotated[Line, Field(max_length=60)]


class PaymentMethodCreate(Body):
    bill_group_id: UUID
    """The bill group whose invoices it is to pay."""
    kind: MethodKind
    label: Label = ""
    """What people call it. A card number is refused, wherever it is written."""
    return_url: Annotated[str, Field(max_length=2000)]
    """Where the gateway's page sends the person afterwards: a URL of this portal."""


class PaymentMethodBegun(Read):
    id: UUID
    setup_url: str
    """Where the card or account is entered: at the payment gateway."""


class PaymentMethodsQuery(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    bill_group_id: UUID | None = None


class PaymentMethodRead(Read):
    id: UUID
    bill_group_id: UUID
    kind: MethodKind
    state: Literal["pending_verification", "active", "expired"]
    label: str
    brand: str
    """The brand of the card, or the bank."""
    last_four: str
    """All that is known of its number."""
    expires_on: date | None
    """The last day on which a card can be charged."""
    is_default: bool
    """Whether it is the one that is charged."""


class AutoPaySet(Body):
    on: bool
    """Whether due invoices are charged to the default method."""


class AutoPayRead(Read):
    bill_group_id: UUID
    on: bool
