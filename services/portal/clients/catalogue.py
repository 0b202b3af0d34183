"""Provisioning: the catalogue as the provider's staff keep it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel

from services.portal.clients.exports import Exporting
from services.portal.clients.http import Answer, Page
from shared.events.provisioning import ServiceKind

CatalogueFilter = Literal["", "offered", "withdrawn", "retired"]
"""Empty: all but retired products."""
Connection = Literal["dedicated", "hosted"]


class ProductField(Answer):
    name: str
    title: str | None


class FirstFields(Answer):
    """How many fields a product's configuration has, and the first of them."""

    count: int
    first: list[ProductField]

    @property
    def labels(self) -> dict[str, str]:
        """What those are called that have a title, by name."""
        return {field.name: field.title for field in self.first if field.title}


class BroughtPlan(Answer):
    display_name: str
    currency: str | None
    plan_version_id: UUID


class Brought(Answer):
    """A product that comes along with another one."""

    product: "ProductName"
    is_offered: bool
    billing_delay_days: int
    configuration: dict[str, Any]
    copied: dict[str, str]
    """Fields of its configuration, each with the field of the other product's that says its value."""
    quantity: int
    """With each one that is ordered."""
    plans: list[BroughtPlan]
    """The first one for each currency is taken."""


class Brings(BaseModel):
    """What staff say of a product that comes along."""

    product: str
    plans: list[str]
    configuration: dict[str, Any]
    copied: dict[str, str]
    quantity: int


class ProductSummary(Answer):
    """A product in a list, without the schema of its configuration."""

    id: UUID
    key: str
    display_name: str
    description: str
    kind: str
    billing_delay_days: int
    fields: FirstFields


class CatalogueSummary(ProductSummary):
    """A product in the list for staff."""

    state: str


class ProductName(Answer):
    id: UUID
    key: str
    display_name: str
    kind: str
    version: int
    """Of one version, a product is always the same."""


class Product(ProductName):
    description: str
    billing_delay_days: int
    max_quantity: int
    """The most of it that one order may have."""
    configuration_schema: dict[str, Any] | None
    """None where what is stored cannot be read."""
    is_offered: bool
    needs_acknowledgement: bool
    """Whether the provider's staff confirm each new order of it first."""
    by_hand: bool = False
    """Whether people do the work, so that orders say for when it is wanted."""
    needs: dict[str, int | str]
    """What one service takes of a host, by resource. Empty: it runs on none."""
    add_on_to: list[str]
    """Keys of the products to whose services it is added. Empty: it is ordered alone."""
    brings: list[Brings]
    """What is ordered along with it."""


class CatalogueProduct(Product):
    """All of a product, as its staff published it."""

    connection: Connection | None
    is_also_port: bool
    state: str
    driver: str
    driver_options: dict[str, Any]
    services: int
    """Of all customers, at most 1,000."""
    brought_by: list[str]
    """The names of products that bring it along."""
    withdrawn_at: datetime | None


class Driver(Answer):
    name: str
    options_schema: dict[str, Any]
    """JSON Schema of what a product may say to it."""


class ProductState(Answer):
    is_offered: bool


class ProductChange(BaseModel):
    """What can be changed of a product."""

    display_name: str
    description: str
    configuration_schema: dict[str, Any]
    driver_options: dict[str, Any]
    billing_delay_days: int | None
    """None: as usual for its kind."""
    max_quantity: int
    needs_acknowledgement: bool
    needs: dict[str, int | str]
    add_on_to: list[str]
    brings: list[Brings]


class ProductEntry(ProductChange):
    """A product to be published."""

    key: str
    kind: ServiceKind
    driver: str
    connection: Connection | None
    is_also_port: bool


class ProductCheck(Answer):
    exists: bool
    """Whether publishing would change a product."""


def _sent(entry: ProductChange) -> dict[str, Any]:
    """What was entered may be of another type than it should be: the service says so."""
    return entry.model_dump(mode="json", warnings=False)


@dataclass(frozen=True)
class Catalogue(Exporting):
    async def products(self, *, cursor: str = "", limit: int = 20) -> Page[ProductSummary]:
        return await self.api.get("/products", Page[ProductSummary], cursor=cursor, limit=limit)

    async def product(self, key: str) -> Product:
        return await self.api.get(f"/products/{quote(key, safe='')}", Product)

    async def brought(self, key: str) -> list[Brought]:
        """What comes along with a product."""
        return await self.api.get(f"/products/{quote(key, safe='')}/brought", list[Brought])

    async def catalogue(
        self, *, state: CatalogueFilter = "", cursor: str = "", limit: int = 20
    ) -> Page[CatalogueSummary]:
        return await self.api.get("/catalogue", Page[CatalogueSummary], state=state, cursor=cursor, limit=limit)

    async def catalogue_product(self, product_key: str) -> CatalogueProduct:
        return await self.api.get(f"/catalogue/{quote(product_key, safe='')}", CatalogueProduct)

    async def drivers(self) -> list[Driver]:
        return await self.api.get("/drivers", list[Driver])

    async def check_product(self, entry: ProductEntry) -> ProductCheck:
        """Refused for what would refuse to publish it."""
        return await self.api.post("/product-checks", ProductCheck, _sent(entry), reads=True)

    async def publish_product(self, entry: ProductEntry, key: str) -> Product:
        return await self.api.post("/products", Product, _sent(entry), key=key)

    async def change_product(self, product_key: str, change: ProductChange) -> Product:
        path = f"/products/{quote(product_key, safe='')}"
        return await self.api.put(path, Product, _sent(change))

    async def withdraw_product(self, product_key: str) -> ProductState:
        return await self.api.post(f"/catalogue/{quote(product_key, safe='')}/withdraw", ProductState)

    async def offer_product(self, product_key: str) -> ProductState:
        return await self.api.post(f"/catalogue/{quote(product_key, safe='')}/offer", ProductState)
