"""Each service tells a person what it keeps of them, and nobody else's."""

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import LargeBinary, text
from sqlalchemy.dialects.postgresql import JSON, JSONB

from deploy.environment import SERVICES
from shared.own_data import MOST, OwnRows
from tests.own_data.filling import fill, known, tables_of, told, whose

SECRET = re.compile(r"(.*_)?(token|digest|secret|key|hash|sha256|sealed|reference|code|url|password|lease_id|gv)(_.*)?")
WITH_COPIES = sorted(set(SERVICES) - {"identity"})
"""Of identity, which has the grants themselves, it is tested in tests/identity/test_own_data.py."""


def rows_of(service: str) -> list[OwnRows]:
    return [each for each in tables_of(service) if isinstance(each, OwnRows)]


@pytest.mark.rule("D27", "D30")
@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_told_and_nothing_that_is_not_readable(service: str) -> None:
    told = [each.table.c[name] for each in rows_of(service) for name in each.columns.split()]

    assert len(told) > 10
    assert [str(column) for column in told if SECRET.fullmatch(column.name)] == []
    assert [str(column) for column in told if isinstance(column.type, LargeBinary | JSON | JSONB)] == []


@pytest.mark.rule("D27")
@pytest.mark.parametrize("service", SERVICES)
def test_no_two_lists_have_one_name(service: str) -> None:
    names = [each.name for each in tables_of(service)]

    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names), "they become names of files"


@pytest.mark.rule("D27", "D4")
@pytest.mark.parametrize("service", WITH_COPIES)
async def test_a_person_gets_their_rows_of_the_workspaces_where_they_have_access_and_no_colleagues(
    service: str, run: Any
) -> None:
    running, elsewhere, second = await run(service), uuid4(), uuid4()
    mia = await running.caller("read_only", address="mia@northwind.example")
    jonas = await running.caller("admin", workspace_id=mia.workspace_id, address="jonas@northwind.example")
    await known(running, mia.workspace_id, second, elsewhere)
    await running.let_in(mia, second, "support")
    here, tables = [mia.workspace_id, second, elsewhere], rows_of(service)
    await fill(running.database, {mia.user_id: mia.address, jonas.user_id: jonas.address}, here, tables)

    of_mia, of_jonas = await told(mia, service), await told(jonas, service)

    for each in tables:
        hers, his = of_mia[each.name]["rows"], of_jonas[each.name]["rows"]
        assert set(each.columns.split()) == set(hers[0]), each.name
        places = {row.get("workspace_id", str(mia.workspace_id)) for row in hers}
        if "workspace_id" in hers[0] and not each.personal:
            assert places == {str(mia.workspace_id), str(second)}, each.name
        times = 1 if each.personal else 2
        assert (len(hers), len(his)) == (times * len(whose(each)), len(whose(each))), each.name
        assert jonas.address not in str(hers)


@pytest.mark.rule("D27", "P26")
@pytest.mark.parametrize("via", ["on_behalf", "preview"])
@pytest.mark.parametrize("service", WITH_COPIES)
async def test_who_works_on_behalf_or_looks_at_a_preview_gets_nobodys(service: str, via: str, run: Any) -> None:
    running = await run(service)
    tom = await running.caller("billing" if via == "preview" else "admin", via=via, bill_group_id=uuid4())

    refused = await tom.http.get(f"/api/{service}/own-data")

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/only-in-person")


@pytest.mark.rule("D27")
async def test_it_is_said_in_the_readers_language_what_it_is_and_whether_there_is_more(run: Any) -> None:
    running = await run("provisioning")
    mia = await running.caller("read_only", address="mia@northwind.example")
    await known(running, mia.workspace_id)
    many = "INSERT INTO downloads (id, workspace_id, release_id, file_id, user_id, began_at)" \
           " SELECT gen_random_uuid(), :workspace, gen_random_uuid(), gen_random_uuid(), :person, now()" \
           " FROM generate_series(0, :most)"  # fmt: skip
    async with running.database.owner.begin() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        values = {"workspace": mia.workspace_id, "person": mia.user_id, "most": MOST}
        await session.execute(text(many), values)

    found, german = await told(mia, "provisioning"), await told(mia, "provisioning", locale="de-DE")

    assert (len(found["downloads"]["rows"]), found["downloads"]["more"]) == (MOST, True)
    assert (found["orders"]["rows"], found["orders"]["more"]) == ([], False)
    assert german["orders"]["about"] != found["orders"]["about"]
