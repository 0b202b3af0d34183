"""Every way in which a reader can misread an answer is detected."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from tests.contracts.fitting import Reader


class Life(StrEnum):
    open = "open"
    paid = "paid"


class Child(BaseModel):
    name: str


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str


class Bounded(BaseModel):
    name: str = Field(max_length=10)


def misfits(answered: Any, read: Any) -> list[str]:
    answer = TypeAdapter(answered).json_schema(mode="serialization")
    reading = TypeAdapter(read).json_schema(mode="validation")
    return list(Reader(answer, reading).misfits(answer, reading))


def field(kind: Any, default: Any = ...) -> type[BaseModel]:
    return create_model("Answer", value=(kind, default))


@pytest.mark.parametrize(
    ("answered", "read"),
    [
        (field(int), field(int)),
        (field(UUID), field(str)),
        (field(str), field(Any)),
        (field(int), field(float)),
        (field(str), field(str | None)),
        (field(str | None, None), field(str | None, None)),
        (field(Life), field(str)),
        (field(Life), field(Literal["open", "paid", "lost"])),
        (field(Literal["open"]), field(Literal["open", "paid"])),
        (field(list[Child]), field(list[Child])),
        (field(Child), field(dict[str, str])),
        (field(Child), field(dict[str, Any])),
        (field(dict[str, int]), field(dict[str, int])),
        (field(dict[str, Any]), field(dict[str, Any])),
        (Child, create_model("Reader")),
        (field(Child | None, None), field(Child | None, None)),
    ],
)
def test_a_reader_may_know_less_than_the_answer_has(answered: Any, read: Any) -> None:
    assert misfits(answered, read) == []


@pytest.mark.parametrize(
    ("answered", "read", "because"),
    [
        (create_model("Answer", renamed=(int, ...)), field(int), "no such field"),
        (create_model("Answer", renamed=(int, ...)), field(int, 0), "no such field"),
        (field(int, 0), field(int), "may leave it out"),
        (field(int | None), field(int), "promises null"),
        (field(Child | None), field(Child), "promises null"),
        (field(list[Child | None]), field(list[Child]), "promises null"),
        (field(str), field(int), "promises string"),
        (field(float), field(int), "promises number"),
        (field(Any), field(str), "promises anything"),
        (field(str), field(UUID), "any text"),
        (field(date), field(UUID), "promises date"),
        (field(Life), field(Literal["open"]), "does not know ['paid']"),
        (field(str), field(Literal["open"]), "promises any string"),
        (field(Child), field(dict[str, int]), "promises string"),
        (field(dict[str, Any]), field(dict[str, int]), "promises anything"),
        (field(dict[str, int]), field(Child), "no such field"),
        (Child, Strict, "refuses fields"),
        (Child, Bounded, "narrows"),
        (field(Child | int), field(Child), "promises integer"),
        (field(Child), field(int | str), "promises object"),
    ],
)
def test_a_reader_may_not_rely_on_more_than_the_answer_promises(answered: Any, read: Any, because: str) -> None:
    found = misfits(answered, read)

    assert any(because in each for each in found), found
