from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.provisioning.products.brings import MOST_BROUGHT, Brings, ProductKey, Wholes
from services.provisioning.products.documents import Document
from services.provisioning.products.needs import Needs
from shared.events.provisioning import ServiceKind
from shared.schemas import Body, Name, Read

MAX_QUANTITY = 1000


Connection = Literal["dedicated", "hosted"]
BillingDelay = Annotated[int, Field(ge=0, le=365)]


class ProductUpdate(Body):
    display_name: Name
    description: str = Field("", max_length=2000)
    configuration_schema: Document
    """JSON Schema (2020-12) of the configuration. Order forms ask for its ``properties`` in this order. A rule between
    fields is a subschema in ``allOf``, ``if`` and ``then``, ``not`` and so on, with a ``description``: the sentence
    that people read who break it. What breaks a rule is reported at the field that it is about; a rule about the
    whole configuration, at the last field that it names."""
    driver_options: Document = Field(default_factory=dict)
    billing_delay_days: BillingDelay | None = None
    """Days of business time from provisioning to billing. Defaults to 15 for ports, else 0."""  # (D9)
    max_quantity: int = Field(MAX_QUANTITY, ge=1, le=MAX_QUANTITY)
    """The most of it that one order may have. 1, where several of the same configuration make no sense: then order
    forms do not ask."""
    needs_acknowledgement: bool = False
    """Whether the provider's staff confirm each new order of it before it is provisioned."""
    needs: Needs = Field(default_factory=dict)
    """What one service takes of the host that it runs on, by resource: a whole number, or the name of a required field
    of the configuration that is a number of at least 0, with `` * 1000`` behind it where its unit is another one. An
    order is refused where no host has room for it. Empty: services of the product run on no host."""
    add_on_to: Wholes = Field(default_factory=list)
    """Keys of the products to whose services it is an add-on: it is ordered for one of these services, and not alone.
    Empty: it is ordered alone."""
    brings: list[Brings] = Field(default_factory=list, max_length=MOST_BROUGHT)
    """What is ordered along with it, each as a service of its own that is part of the ordered one, and ends with it."""


class ProductCreate(ProductUpdate):
    key: ProductKey
    """The product's name in URLs. It never changes."""
    kind: ServiceKind
    driver: str = Field(max_length=60)
    connection: Connection | None = None
    """The type of a cloud connection. Only for products of that kind."""  # (D8)
    is_also_port: bool = False
    """Whether a dedicated cloud connection counts as a port too."""  # (D8)

    @model_validator(mode="after")
    def _connects(self) -> Self:
        if (self.kind == "cloud_connection") != (self.connection is not None):
            raise PydanticCustomError(
                "does_not_fit", "connection is for products of kind cloud_connection, and they need it"
            )
        if self.is_also_port and self.connection != "dedicated":
            raise PydanticCustomError("does_not_fit", "is_also_port is for dedicated cloud connections only")
        return self


class ProductFieldRead(Read):
    """A field of a product's configuration; at most 100 characters of each text."""

    name: str
    title: str | None
    """Null if the schema gives none."""


class ProductFieldsRead(Read):
    """What can be configured: ``count`` fields, the first ten of them in ``first``."""

    count: int
    first: list[ProductFieldRead]


class ProductOfferRead(Read):
    id: UUID
    key: str
    display_name: str
    description: str
    kind: ServiceKind
    connection: Connection | None
    is_also_port: bool
    billing_delay_days: int
    max_quantity: int
    """The most of it that one order may have."""
    needs_acknowledgement: bool
    """Whether the provider's staff confirm each new order of it before it is provisioned."""
    by_hand: bool
    """Whether the provider's staff do the work. Orders may say then for when it is wanted."""
    add_on_to: list[str]
    """Keys of the products to whose services it is an add-on. Empty: it is ordered alone."""
    version: int
    """Increases with each change of the product. Of one version, a product is always the same."""
    is_offered: bool
    """Whether it can be ordered. Services of a withdrawn product go on."""


class ProductSummaryRead(ProductOfferRead):
    """A product in a list, without the schema of its configuration."""

    fields: ProductFieldsRead


class BringsRead(Read):
    """A product that is ordered along with another one, as its staff published it."""

    product: str
    """Its key."""
    plans: list[str]
    """The names of its plans: the first one in the currency of the order is taken."""
    configuration: dict[str, Any]
    """What is always configured."""
    copied: dict[str, str]
    """Fields of its configuration, each with the field of the bringing product's that says its value."""
    quantity: int
    """How many of it come along with each one that is ordered."""


class ProductRead(ProductOfferRead):
    configuration_schema: dict[str, Any] | None
    """Null if what is stored cannot be read. Then the product cannot be configured until it is published again."""
    needs: dict[str, int | str]
    """What one service takes of a host, by resource: a number, or the field of the configuration that says it. Empty:
    services of the product run on no host."""
    brings: list[BringsRead]
    """What is ordered along with it."""


class BroughtPlanRead(Read):
    display_name: str
    currency: str | None
    plan_version_id: UUID
    """The newest version of the plan."""


class BroughtRead(Read):
    """A product that comes along with another one, as its order form shows it."""

    product: "ProductBrief"
    is_offered: bool
    """Whether it can be ordered. The product that brings it cannot while this is false."""
    billing_delay_days: int
    configuration: dict[str, Any]
    """What is always configured."""
    copied: dict[str, str]
    """Fields of its configuration, each with the field of the bringing product's that says its value."""
    quantity: int
    """How many of it come along with each one that is ordered."""
    plans: list[BroughtPlanRead]
    """Its plans that can be ordered, the first one for each currency is taken. None: nothing can be ordered."""


class ProductBrief(Read):
    """A product as part of an order or a service."""

    id: UUID
    key: str
    display_name: str
    kind: ServiceKind
    version: int
    """Increases with each change of the product. Of one version, a product is always the same."""
