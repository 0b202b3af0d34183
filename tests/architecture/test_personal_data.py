"""docs/personal-data.md names every table that has something of people, and says whether a person's archive has it."""

import importlib
import re
from pathlib import Path

import pytest
from sqlalchemy import Table

from deploy.environment import SERVICES
from shared.tables import plumbing
from tests.architecture.test_tables import metadata
from tests.own_data.filling import tables_of

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT, SERVICES_DIR = ROOT / "docs/personal-data.md", ROOT / "services"
OF_PEOPLE = re.compile(
    r"(.*_)?(user|person|recipient)_id|.+_by|(.*_)?address(_key|_hint|_digest)?|(.*_)?(person|contact)_name"
    r"|inviter|accepted_name|browser|ip|words?"
)
"""The names of columns that refer to a person or have something of one."""
ROW = re.compile(r"^\| (\w+) \| ([^|]+) \|.* \| ([^|]+) \|$", re.MULTILINE)
SAID = re.compile(r"(yes|no: ).*")


def named() -> dict[str, set[str]]:
    """The tables that the document names, by service."""
    found: dict[str, set[str]] = {}
    for service, tables, _ in ROW.findall(DOCUMENT.read_text()):
        found.setdefault(service, set()).update(re.findall(r"`(\w+)`", tables))
    return found


def archived() -> dict[str, set[str]]:
    """The tables that the document says are in a person's archive, by service."""
    found: dict[str, set[str]] = {}
    for service, tables, said in ROW.findall(DOCUMENT.read_text())[1:]:
        assert SAID.fullmatch(said), f"{tables}: {said}"
        if said.startswith("yes"):
            found.setdefault(service, set()).update(re.findall(r"`(\w+)`", tables))
    return found


def of_people(tables: dict[str, Table]) -> set[str]:
    return {name for name, table in tables.items() if any(OF_PEOPLE.fullmatch(column.name) for column in table.c)}


@pytest.mark.rule("D27")
@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_something_of_people_is_named(service: str) -> None:
    for models in (SERVICES_DIR / service).glob("*/models.py"):  # also those that only triggers write
        importlib.import_module(f"services.{service}.{models.parent.name}.models")
    tables = dict(metadata(service).tables)

    assert of_people(tables) - named()[service] == set()
    assert named()[service] <= tables.keys(), "no table is named that there is not"


@pytest.mark.rule("D27")
def test_so_is_every_table_that_all_services_have() -> None:
    metadata("identity")
    tables = dict(plumbing.tables)

    assert of_people(tables) - named()["all"] == set()
    assert named()["all"] <= tables.keys()


@pytest.mark.rule("D27")
@pytest.mark.parametrize("service", SERVICES)
def test_the_archive_has_what_the_document_says(service: str) -> None:
    of_all = archived()["all"] - ({"exports"} if service == "notifications" else set())  # it has no lists to export

    assert {each.table.name for each in tables_of(service)} == archived()[service] | of_all
