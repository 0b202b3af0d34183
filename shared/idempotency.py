"""Idempotency keys: a POST that creates or charges is executed once, however often it is sent (D22)."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Header, Request
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Column, DateTime, Index, LargeBinary, Text, Uuid, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.auth import CurrentAccess
from shared.db import Session
from shared.errors import Problem
from shared.tables import Kind, plumbing_table

T = TypeVar("T")

keys = plumbing_table(
    "idempotency_keys",
    Column("user_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("response", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    kind=Kind.person,
    api="select insert update",
    worker="select delete",
)
Index("ix_idempotency_keys_created_at", keys.c.created_at)


class IdempotencyKeyReused(Problem):
    """The Idempotency-Key was used for a different request. Use a new key."""

    status = 422
    title = "This key belongs to another request"


class Repeatable:
    """Executes an operation once per key, and returns the first answer again for 24 hours of real time.

    The key is inserted in the transaction of the operation, so that both commit or neither. A concurrent request with
    the same key waits for the first one.
    """

    def __init__(self, request: Request, session: Session, access: CurrentAccess, key: str) -> None:
        self._session, self._access, self._key = session, access, key
        self._place = f"{request.method} {request.url.path} {access.workspace_id}"

    async def __call__(self, body: BaseModel | None, answer: type[T], work: Callable[[], Awaitable[Any]]) -> T:
        """The result of ``work`` as the type ``answer``. Raises `IdempotencyKeyReused`."""
        shape = TypeAdapter(answer)
        said = body.model_dump_json() if body else ""
        asked = hashlib.sha256((self._place + said).encode()).digest()
        mine = (keys.c.user_id == self._access.user_id, keys.c.key == self._key)
        row = {"user_id": self._access.user_id, "key": self._key, "request_hash": asked}
        first = insert(keys).values(row).on_conflict_do_nothing().returning(keys.c.key)
        if (await self._session.execute(first)).first() is None:
            known = (await self._session.execute(select(keys).where(*mine))).one()
            if known.request_hash != asked:
                raise IdempotencyKeyReused("This Idempotency-Key was used for another request. Take a new one.")
            return shape.validate_json(known.response)
        result = shape.validate_python(await work(), from_attributes=True)
        saved = orjson.dumps(shape.dump_python(result, mode="json"))
        await self._session.execute(update(keys).where(*mine).values(response=saved))
        return result


def _once(
    request: Request, session: Session, access: CurrentAccess,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$")],
) -> Repeatable:  # fmt: skip
    return Repeatable(request, session, access, idempotency_key)


Once = Annotated[Repeatable, Depends(_once, scope="function")]
