"""Which mailboxes a seller lets sign in to the portal of a bill group (O29 to O41, D13)."""

import asyncio
from uuid import uuid4

import pytest

from services.identity.access_rules.service import MOST
from tests.identity.harness import Story, add_customer
from tests.identity.portals import GroupPortal, make_portal_of


@pytest.fixture
async def portal(story: Story) -> GroupPortal:
    return await make_portal_of(story)


@pytest.mark.rule("O34", "O36", "O37", "D13")
async def test_domains_and_addresses_are_kept_in_the_form_in_which_they_are_compared(portal: GroupPortal) -> None:
    for written in ("@Bücher.Example", "Northwind.EXAMPLE", "Eva.Klein@Tidewater.Example"):
        assert (await portal.add(written, kind="domain" if "Eva" not in written else "address")).status_code == 201

    assert await portal.listed() == ["northwind.example", "xn--bcher-kva.example", "eva.klein@tidewater.example"]
    rule = (await portal.story.ana.get(portal.rules))[0]
    assert (rule["added_by"], rule["visitors"]) == ("Ana", 0)
    added = (await portal.identity.events("access_rule_added"))[-1]
    assert added["value"] == "eva.klein@tidewater.example"
    assert added["bill_group_display_name"] == "Berlin"
    assert (added["actor"]["via"], added["workspace_id"]) == ("parent", portal.story.northwind)


@pytest.mark.rule("O33", "O34")
async def test_a_seller_sees_of_each_bill_group_of_its_customer_how_far_its_portal_is(portal: GroupPortal) -> None:
    story = portal.story
    await portal.add("northwind.example")
    await portal.add("eva@tidewater.example")

    [told] = [each for each in await story.ana.get(f"access-rules/{story.northwind}") if each["id"] == portal.id]
    await portal.set(portal_on=False)
    [off] = [each for each in await story.ana.get(f"access-rules/{story.northwind}") if each["id"] == portal.id]
    above = await story.robin.ask("GET", f"access-rules/{story.northwind}")
    own = await story.jonas.ask("GET", f"access-rules/{story.northwind}")

    assert told == {"id": portal.id, "display_name": "Berlin", "is_default": False, "is_closed": False,
                    "portals_on": True, "portal_on": True, "has_contract": True, "is_open": True,
                    "rules": 2}  # fmt: skip
    assert (off["portal_on"], off["is_open"]) == (False, False)
    assert (above.status_code, own.status_code) == (404, 403), "only whoever sells to it"


@pytest.mark.rule("O38", "O39", "D13")
@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("address", "a@northwind.example,b@northwind.example", "only_one"),
        ("address", "a@northwind.example; b@northwind.example", "only_one"),
        ("address", "a@northwind.example b@northwind.example", "only_one"),
        ("domain", "northwind.example, tidewater.example", "only_one"),
        ("domain", "gmail.com", "public_mail_domain"),
        ("domain", "GMX.de", "public_mail_domain"),
        ("domain", "eva@northwind.example", "not_a_domain"),
        ("domain", "*.northwind.example", "not_a_domain"),
        ("domain", "northwind", "not_a_domain"),
        ("domain", "[192.0.2.1]", "not_a_domain"),
        ("address", "northwind.example", "not_an_address"),
        ("address", "mıke@northwind.example", "not_an_address"),
    ],
)
async def test_one_entry_is_one_address_or_one_domain_of_a_company(
    portal: GroupPortal, kind: str, written: str, code: str
) -> None:
    refused = await portal.add(written, kind=kind)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/value", code)]
    assert await portal.listed() == []


@pytest.mark.rule("O40", "D13")
async def test_what_is_granted_already_is_refused_both_ways_and_a_subdomain_is_another_domain(
    portal: GroupPortal,
) -> None:
    await portal.add("northwind.example")

    again, below = await portal.add("NORTHWIND.example"), await portal.add("Eva@Northwind.example")
    subdomain = await portal.add("eva@berlin.northwind.example")

    assert (again.status_code, again.json()["type"]) == (409, "/problems/rule-exists")
    assert (below.status_code, below.json()["type"]) == (409, "/problems/domain-has-access")
    assert below.json()["domain"] == "northwind.example"
    assert subdomain.status_code == 201


@pytest.mark.rule("O40", "D13")
async def test_a_domain_above_addresses_says_which_and_takes_their_place_when_asked_again(portal: GroupPortal) -> None:
    for each in ("zoe@northwind.example", "eva@northwind.example", "kai@tidewater.example"):
        await portal.add(each)

    refused = await portal.add("northwind.example")
    before = await portal.listed()
    folded = await portal.add("northwind.example", fold_in=True)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/addresses-in-domain")
    assert refused.json()["addresses"] == ["eva@northwind.example", "zoe@northwind.example"]
    assert len(before) == 3
    assert folded.status_code == 201
    assert await portal.listed() == ["northwind.example", "kai@tidewater.example"]
    removed = await portal.identity.events("access_rule_removed")
    assert [event["reason"] for event in removed] == ["folded_in", "folded_in"]
    assert await portal.identity.problems() == []


@pytest.mark.rule("D13")
async def test_of_rules_that_overlap_and_are_added_at_once_one_stays(portal: GroupPortal) -> None:
    for number in range(10):
        domain = f"company{number}.example"
        answers = await asyncio.gather(
            portal.add(domain), portal.add(f"eva@{domain}"), portal.add(domain), portal.add(f"eva@{domain}")
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        assert await portal.identity.problems() == []


@pytest.mark.rule("D13")
async def test_the_database_itself_refuses_an_address_beside_its_domain(portal: GroupPortal) -> None:
    await portal.add("northwind.example")
    copied = (
        "INSERT INTO access_rules SELECT gen_random_uuid(), workspace_id, bill_group_id, 'address', 'eva@' || value,"
        " domain, added_by, added_at FROM access_rules"
    )

    await portal.identity.sql("ALTER TABLE access_rules NO FORCE ROW LEVEL SECURITY")
    with pytest.raises(Exception, match="ex_access_rules_overlap"):
        await portal.identity.sql(copied)


@pytest.mark.rule("O30", "O31")
async def test_each_bill_group_has_its_own_rules_and_its_own_link(portal: GroupPortal) -> None:
    other = await make_portal_of(portal.story)
    await portal.add("northwind.example")

    assert await other.listed() == []
    assert other.key != portal.key
    assert (await other.add("eva@northwind.example")).status_code == 201
    assert not await other.is_mailed("kai@northwind.example")


async def test_a_bill_group_has_a_limited_number_of_rules(portal: GroupPortal) -> None:
    await portal.add("northwind.example")
    copied = (
        "INSERT INTO access_rules SELECT gen_random_uuid(), workspace_id, bill_group_id, kind, n || '.example',"
        " n || '.example', added_by, added_at FROM access_rules, generate_series(1, :most) n"
    )
    await portal.identity.sql("ALTER TABLE access_rules NO FORCE ROW LEVEL SECURITY")
    await portal.identity.sql(copied, most=MOST - 1)

    refused = await portal.add("tidewater.example")

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-rules")
    assert len(await portal.listed()) == MOST


@pytest.mark.rule("O33")
async def test_only_the_sellers_staff_decide_and_only_for_customers_of_theirs(portal: GroupPortal) -> None:
    story = portal.story
    other, _ = await add_customer(story.robin, "Tidewater Labs", "kai@tidewater.example")
    rule = (await portal.add("northwind.example")).json()

    async def status(who: object, method: str, path: str) -> int:
        body = {"kind": "domain", "value": "fjord.example"} if method == "POST" else None
        return int((await who.ask(method, path, body)).status_code)  # type: ignore[attr-defined]

    assert await status(story.jonas, "GET", portal.rules) == 403, "the customer itself"
    for method, below in (("GET", ""), ("POST", ""), ("DELETE", f"/{rule['id']}")):
        assert await status(story.robin, method, portal.rules + below) == 404, "the seller is the partner"
        assert await status(story.ana, method, f"access-rules/{other}/{portal.id}{below}") == 404
        assert await status(story.ana, method, f"access-rules/{story.northwind}/{uuid4()}{below}") == 404
    assert await status(story.ana, "DELETE", f"{portal.rules}/{uuid4()}") == 404
    assert await portal.listed() == ["northwind.example"]
