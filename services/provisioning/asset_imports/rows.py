"""The rows of an import beside what there is: locations, products, plans and assets of a customer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.provisioning.asset_imports.schemas import AssetRow
from services.provisioning.assets.schemas import AssetUpdate
from services.provisioning.bill_groups.models import BillGroup
from services.provisioning.drivers import BY_HAND
from services.provisioning.locations.importing import KEYS
from services.provisioning.locations.models import Location
from services.provisioning.orders.schemas import OrderCreate
from services.provisioning.orders.service import Checked
from services.provisioning.plans.models import PlanVersion
from services.provisioning.plans.service import list_offered
from services.provisioning.products.models import Product
from services.provisioning.services.models import Service
from services.provisioning.states import ServiceState
from shared.db import run_sql
from shared.field_errors import Code, field_error, of_pydantic


@dataclass(slots=True)
class Row:
    """A row and what became of it."""

    given: AssetRow
    asset: AssetUpdate = field(default_factory=AssetUpdate)
    errors: list[dict[str, Any]] = field(default_factory=list)
    there: UUID | None = None
    """The service that is the same."""
    location: Location | None = None
    product: Product | None = None
    wanted: OrderCreate | None = None
    checked: Checked | None = None

    def refuse(self, name: str, code: Code, detail: str) -> None:
        self.errors.append(field_error(f"/{name}", code, detail))

    @property
    def is_new(self) -> bool:
        return not self.errors and self.there is None

    @property
    def state(self) -> str:
        return "refused" if self.errors else "added" if self.there is None else "there_already"


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows may name."""

    locations: dict[str, Location]
    products: dict[str, list[Product]]
    plans: dict[UUID, list[PlanVersion]]
    currencies: dict[UUID, str | None]
    """Of bill groups."""
    assets: dict[str, Service]
    """By their serial numbers."""


async def compare(session: AsyncSession, workspace_id: UUID, given: Sequence[AssetRow]) -> list[Row]:
    """Each row beside what is there and the rows before it."""
    rows = [_valid(each) for each in given]
    keys = (await run_sql(session, KEYS, [row.given.location for row in rows])).scalars().all()
    known, seen = await _known(session, workspace_id, rows, set(keys)), set[str]()
    for row, key in zip(rows, keys, strict=True):
        _place(row, known.locations.get(key))
        _choose_product(row, known)
        for number in row.asset.serial_numbers:
            if number in seen:
                row.refuse("serial_number", "twice", "is the serial number of an earlier row, too")
            seen.add(number)
            _find(row, known.assets.get(number))
    return rows


async def _known(session: AsyncSession, workspace_id: UUID, rows: Sequence[Row], keys: set[str]) -> Known:
    of_name = select(Location.name_key, Location).where(
        Location.workspace_id == workspace_id, Location.name_key.in_(keys), Location.closed_at.is_(None)
    )
    by_hand = select(Product).where(
        Product.kind == "asset", Product.driver.in_(BY_HAND), Product.withdrawn_at.is_(None),
        Product.add_on_to == cast([], ARRAY(Text)),
    )  # fmt: skip
    products = defaultdict[str, list[Product]](list)
    for product in await session.scalars(by_hand.order_by(Product.key)):
        for name in {product.key.casefold(), product.display_name.casefold()}:
            products[name].append(product)
    numbers = [number for row in rows for number in row.asset.serial_numbers]
    there = select(Service).where(
        Service.workspace_id == workspace_id, Service.kind == "asset", Service.state != ServiceState.deleted,
        Service.serial_numbers.bool_op("&&")(cast(numbers, ARRAY(Text))),
    )  # fmt: skip
    currencies = select(BillGroup.id, BillGroup.currency).where(BillGroup.workspace_id == workspace_id)
    return Known(
        locations={key: location for key, location in await session.execute(of_name)},
        products=products,
        plans=await list_offered(session, {each.id for found in products.values() for each in found}),
        currencies={id_: currency for id_, currency in await session.execute(currencies)},
        assets={number: asset for asset in await session.scalars(there) for number in asset.serial_numbers},
    )


def _valid(given: AssetRow) -> Row:
    try:
        numbers = [given.serial_number]
        return Row(given, AssetUpdate.model_validate({"serial_numbers": numbers, "condition": given.condition or None}))
    except ValidationError as error:
        row = Row(given)
        for found in of_pydantic(error.errors()):
            name = "condition" if found["pointer"].startswith("/condition") else "serial_number"
            row.errors.append(found | {"pointer": f"/{name}"})
        return row


def _place(row: Row, location: Location | None) -> None:
    if location is None:
        row.refuse("location", "not_offered", "is not an open location of this customer")
    row.location = location


def _choose_product(row: Row, known: Known) -> None:
    found = known.products.get(row.given.product.strip().casefold(), [])
    if len(found) != 1:
        code: Code = "ambiguous" if found else "not_offered"
        row.refuse("product", code, "is not one product of kind asset that is provisioned by hand")
        return
    row.product = found[0]
    if row.location is not None:
        _choose_plan(row, row.location, found[0], known)


def _choose_plan(row: Row, location: Location, product: Product, known: Known) -> None:
    currency, name = known.currencies.get(location.bill_group_id), row.given.plan.strip().casefold()
    offered = [each for each in known.plans.get(product.id, []) if None in (currency, each.currency) or
               each.currency == currency]  # fmt: skip
    found = [each for each in offered if not name or each.display_name.casefold() == name]
    if len(found) != 1:
        row.refuse("plan", "ambiguous" if found else "not_offered", "is not one plan of the product in this currency")
        return
    try:
        row.wanted = OrderCreate(
            product_id=product.id, plan_version_id=found[0].id, configuration=_usual(product), quantity=1,
            location_id=location.id, display_name=row.given.display_name or None,
        )  # fmt: skip
    except ValidationError as error:
        row.errors += [each for each in of_pydantic(error.errors()) if each["pointer"] == "/display_name"]


def _usual(product: Product) -> dict[str, Any]:
    """The configuration with what its schema says is usual."""
    fields = product.configuration_schema.get("properties", {})
    return {name: about["default"] for name, about in fields.items() if "default" in about}


def _find(row: Row, asset: Service | None) -> None:
    """Whether the row's asset is there already."""
    if asset is None or row.errors:
        return
    if row.product and row.location and (asset.product_id, asset.location_id) == (row.product.id, row.location.id):
        row.there = asset.id
    else:
        row.refuse("serial_number", "taken", "is that of another asset of this customer")
