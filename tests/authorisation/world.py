"""The whole world of the matrix, made once per test process, and never changed by a request."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.identity.jobs import mail_challenges
from tests.audit.harness import AuditHarness
from tests.authorisation.add_ons import add_to_services
from tests.authorisation.business import Business, do_business, payment_page
from tests.authorisation.by_hand import work_by_hand
from tests.authorisation.callers import CUSTOMER, HELD, PARTNER, PROVIDER, Caller, address_of
from tests.authorisation.installation import Installation, installed
from tests.authorisation.licensed import issue_licences
from tests.authorisation.quotes import make_quotes
from tests.authorisation.refused import try_in_vain
from tests.authorisation.releasing import release_products
from tests.authorisation.rows import Row, read_rows
from tests.authorisation.tenants import Tenants, read_tenants
from tests.authorisation.tokens import Tokens, issue_tokens
from tests.authorisation.tree import Tree, hold, link_people, plant, propose_moves
from tests.authorisation.undone import UndoneSessions


@dataclass
class Proofs:
    """What whoever has no token shows: a session, an invitation's link, a sign-in code, the link of a payment page."""

    session: str
    invitation: str
    challenge_id: str
    code: str
    browser: str
    hosted_page: str
    payment_page: str
    portal: str
    """The key in the link of a bill group's portal."""
    logo: str
    """The hash of a logo."""


@dataclass
class World:
    installation: Installation
    tree: Tree
    tokens: Tokens
    proofs: Proofs
    bill_groups: dict[str, UUID]
    """Northwind's bill groups, to each of which one caller is limited."""
    location: UUID
    """Of Northwind's second bill group, to which one caller is limited."""
    groups_of_rules: dict[str, str]
    """The bill group of each access rule."""
    offer: dict[str, str]
    """A product and its plan, as the fields of an order."""
    add_on: dict[str, str]
    """An add-on to it, and its plan."""
    rows: dict[str, tuple[Row, ...]]
    tenants: Tenants

    def workspace_id(self, caller: Caller) -> UUID:
        return self.tree.ids[caller.workspace]

    def user_id(self, caller: Caller) -> str:
        return str(self.tokens.claims[caller]["sub"])

    def find(self, rows: str, caller: Caller) -> str:
        """The id of one of these rows: of the caller's workspace, if it has any."""
        here = self.workspace_id(caller)
        return min(self.rows[rows], key=lambda row: row.workspace_id != here).id


@asynccontextmanager
async def world(folder: Path, **settings: str) -> AsyncIterator[World]:
    """The world, with its databases' clock in ``folder``; keywords replace settings of all services."""
    async with installed(folder, settings) as installation:
        tree = await plant(installation)
        business = Business(installation, tree)
        await business.add_bill_group(CUSTOMER)
        groups = await business.groups(CUSTOMER)
        bill_groups = {"first bill group": groups[0], "second bill group": groups[1]}
        await installation.carry()
        rules = {name: await tree.let_in(CUSTOMER, group) for name, group in bill_groups.items()}
        for name, group in bill_groups.items():
            visitor = {"source": "access_rule", "access_rule_id": rules[name]}
            await tree.add_granted(CUSTOMER, name, "billing", bill_group_id=group, **visitor)
        location = await _locate(business, groups)
        there = {"source": "location_invitation", "bill_group_id": groups[1], "location_id": location}
        await tree.add_granted(CUSTOMER, "location", "regular", **there)
        for workspace in (PROVIDER, PARTNER, CUSTOMER):
            await tree.add_granted(workspace, "billing", "billing")
        await hold(tree, HELD)
        await link_people(tree)
        await propose_moves(tree)
        await installation.carry()
        offer = await do_business(installation, tree, location)
        add_on = await add_to_services(business)
        await work_by_hand(business, location)
        await release_products(business, location)
        await issue_licences(installation)
        await make_quotes(business, offer)
        groups_of_rules = {str(rule): str(bill_groups[name]) for name, rule in rules.items()}
        tokens, proofs = await issue_tokens(tree), await _proofs(installation, tree)
        await installation.carry()
        await try_in_vain(installation)
        await AuditHarness(installation["audit"].database).seal()
        rows, tenants = await read_rows(installation), await read_tenants(installation)
        made = World(
            installation, tree, tokens, proofs, bill_groups, location, groups_of_rules, offer, add_on, rows, tenants
        )  # fmt: skip
        for site in installation.sites.values():
            site.runtime.sessions = UndoneSessions(site.runtime.sessions)  # type: ignore[assignment]
        yield made


async def _locate(business: Business, groups: Sequence[UUID]) -> UUID:
    """Locations of two customers, somebody invited to one. Returns the one of the second bill group."""
    warehouse = await business.add_location(CUSTOMER, "warehouse", groups[0])
    location = await business.add_location(CUSTOMER, "office", groups[1])
    await business.installation.carry()
    admin = business.tree.person(CUSTOMER, "admin")
    await business.ask(admin, "POST", f"identity/location-invitations/{warehouse}/send")
    await business.add_location("harbour", "office", (await business.groups("harbour"))[0])
    await business.installation.carry()
    return location


async def _proofs(installation: Installation, tree: Tree) -> Proofs:
    identity, browser = tree.identity, secrets.token_urlsafe(24)
    address = address_of(CUSTOMER, "spare")
    asked = {"address": address, "browser": browser}
    challenge = (await identity.http.post("/api/identity/sign-in-challenges", json=asked)).json()["challenge_id"]
    await identity.work(mail_challenges)
    await identity.sql("UPDATE sign_in_challenges SET expires_at = expires_at + interval '1 day'")
    [invitation] = await identity.mails(address_of(CUSTOMER, "invited"))
    code = (await identity.mails(address))[-1].code
    assert code
    session = tree.person(CUSTOMER, "spare").session
    [payment, *_] = await installation["billing"].rows(
        "SELECT pay_url FROM payments WHERE pay_url IS NOT NULL ORDER BY created_at"
    )
    link = payment["pay_url"].rpartition("/")[2]
    page = (await payment_page(installation, payment["pay_url"])).rpartition("/")[2]
    [portal, *_] = await installation["identity"].rows("SELECT key FROM portals")
    [brand, *_] = await installation["identity"].rows("SELECT logo_hash FROM brands WHERE logo_hash IS NOT NULL")
    return Proofs(session, invitation.token, challenge, code, browser, link, page, portal["key"], brand["logo_hash"])


async def contents(installation: Installation) -> dict[str, str]:
    """What all tables have in them."""
    found = {}
    for name, site in installation.sites.items():
        tables = await site.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
        for table in sorted(row["name"] for row in tables):
            query = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM \"{table}\" t"
            found[f"{name}.{table}"] = (await site.rows(query))[0]["hash"]
    return found
