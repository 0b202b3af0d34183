"""Billing's own tables. No other service reads them."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from shared.tables import NAMES

PrimaryKey = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
Minor = Annotated[int, mapped_column(BigInteger)]
"""An amount in whole minor units of the ``currency`` beside it (D20)."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), str: Text}
