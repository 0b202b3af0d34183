from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, MetaData, any_, bindparam
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from shared.db import Sessions
from shared.tables import NAMES


class Base(DeclarativeBase):
    """Provisioning's own tables. No other service reads them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


def committing_each(sessions: Sessions) -> AsyncSession:
    """A session in which each statement is a transaction of its own: one round trip instead of three. For a single
    statement that needs no scope."""
    return sessions(bind=_committing_each(sessions.kw["bind"]))


@lru_cache(maxsize=8)  # as many as tests have
def _committing_each(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def among(column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[object]) -> ColumnElement[bool]:
    """Whether the column is one of ``values``, in the same statement for any number of them: IN has one statement for
    each number, which is planned anew."""
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


FIRST_PAGE = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
"""The keyset position before the first row of a list that is sorted newest first."""
