"""The workspaces and people of the matrix, made as people make them: by invitations and links.

Larkspur is the provider. Its partners are Meridian, with Northwind and Harbour, and Tidewater, with Brookside; Fernhill
is its own customer. Below each parent is also a customer that nobody has signed up for."""

from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

from services.identity.grants.models import Grant
from services.identity.grants.service import bump_grants_version
from services.identity.people.schemas import MemberRole
from services.identity.people.service import register
from services.identity.workspaces.models import Workspace
from services.identity.workspaces.scope import workspace_fields
from shared.events import Actor
from shared.events.identity import AccessGranted
from shared.outbox import Cause, emit, transaction
from tests.authorisation.callers import CUSTOMER, KINDS, PARENTS, PARTNER, PROVIDER, address_of
from tests.authorisation.installation import Installation
from tests.harness.services import SETTINGS
from tests.identity.harness import IdentityHarness, Person

LINK_ROLES = {"regular": "regular", "member": "read_only", "additional": "read_only", "read_only": "read_only",
              "support": "support", "billing": "support"}  # fmt: skip
"""The role of the links of a parent's users, by their own role."""
LINKED_TO = {PROVIDER: ("fernhill", PARTNER), PARTNER: (CUSTOMER,)}
READER = dict.fromkeys((PROVIDER, PARTNER, CUSTOMER), "read_only")
CONTACT = {"kind": "technical", "address": "ops@ops.example", "display_name": "Operations"}


@dataclass
class Tree:
    """``ids`` of the workspaces by URL name, ``people`` by address."""

    identity: IdentityHarness
    ids: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    """Account numbers by URL name."""

    def person(self, workspace: str, name: str) -> Person:
        return self.people[address_of(workspace, name)]

    async def join(self, address: str) -> Person:
        self.people[address] = await self.identity.accept(address)
        return self.people[address]

    async def add_member(self, workspace: str, name: str, role: str) -> Person:
        """An admin invites the person, who signs up."""
        body = {"address": address_of(workspace, name), "display_name": name, "role": role}
        await self.person(workspace, "admin").post("invitations", body)
        return await self.join(body["address"])

    async def add_granted(self, workspace: str, name: str, role: str, **limits: Any) -> None:
        """A person with a grant that no page gives: the role ``billing``, or one within limits."""
        address, runtime, here = address_of(workspace, name), self.identity.runtime, self.ids[workspace]
        cause = Cause(Actor(), runtime.clock.now())
        async with transaction(runtime.worker_sessions, cause, workspace_id=here) as session:
            found = await session.get_one(Workspace, here)
            user = await register(session, address, name, found, cause.now)
            grant = Grant(user_id=user.id, workspace_id=here, role=role, granted_at=cause.now,
                          **{"source": "membership"} | limits)  # fmt: skip
            session.add(grant)
            await session.flush()
            change = await bump_grants_version(session, user.id)
            fact = grant.as_fact()
            await emit(session, AccessGranted(**workspace_fields(found), user_id=user.id, grant=fact, **change))
        self.people[address] = await self.identity.sign_in(address)

    async def let_in(self, customer: str, bill_group_id: UUID) -> UUID:
        """The seller lets the customer's domain into the portal of a bill group. Returns the rule."""
        seller = self.person(PARENTS[customer], "admin")
        body = {"kind": "domain", "value": f"{customer}.example"}
        return UUID((await seller.post(f"access-rules/{self.ids[customer]}/{bill_group_id}", body))["id"])

    async def add_below(self, parent: str, slug: str) -> None:
        """A customer whose address on file accepts its invitation."""
        await self.add_unconnected(parent, slug)
        admin = self.person(parent, "admin")
        await admin.post(f"customers/{self.ids[slug]}/invite", {"role": "admin"})
        await self.join(address_of(slug, "admin"))

    async def add_unconnected(self, parent: str, slug: str) -> None:
        """A customer that is invited, at its address on file."""
        admin = self.person(parent, "admin")
        made = await admin.post("customers", {"display_name": slug.title()})
        self.ids[slug] = UUID(made["id"])
        contact = {"address": address_of(slug, "admin"), "display_name": f"Admin of {slug}"}
        answer = await admin.ask("PUT", f"customers/{made['id']}/contact", contact)
        assert answer.is_success, answer.text
        await admin.post(f"customers/{made['id']}/invite", {"role": "admin"})

    async def add_partner(self, slug: str) -> None:
        address = address_of(slug, "admin")
        body = {"display_name": slug.title(), "address": address, "contact_name": f"Admin of {slug}"}
        self.ids[slug] = UUID((await self.person(PROVIDER, "admin").post("partners", body))["id"])
        await self.join(address)

    async def link(self, parent: str, customer: str, role: str) -> None:
        admin, user_id = self.person(parent, "admin"), await self.person(parent, role).user_id()
        link = await admin.post("links", {"customer_id": str(self.ids[customer]), "user_id": str(user_id)})
        answer = await admin.ask("PATCH", f"links/{link['id']}", {"role": LINK_ROLES[role]})
        assert answer.is_success, answer.text


async def plant(installation: Installation) -> Tree:
    """The tree with the people of every role that can be invited. ``spare`` is one that no caller is."""
    site = installation["identity"]
    tree = Tree(IdentityHarness(site.app, site.database, SETTINGS["mail_key"], site.http))
    await tree.identity.init(slug=PROVIDER, admin_address=address_of(PROVIDER, "admin"))
    admin = await tree.identity.sign_in(address_of(PROVIDER, "admin"))
    tree.people[admin.address] = admin
    tree.ids[PROVIDER] = UUID((await admin.get("workspaces/current"))["id"])
    for slug, parent in PARENTS.items():
        await (tree.add_partner(slug) if KINDS[slug] == "partner" else tree.add_below(parent, slug))
    for parent, slug in ((PROVIDER, "pinecrest"), (PARTNER, "sunfield"), ("tidewater", "oakridge")):
        await tree.add_unconnected(parent, slug)
    for workspace in (PROVIDER, PARTNER, CUSTOMER):
        for role in set(get_args(MemberRole)) - {"admin"}:
            await tree.add_member(workspace, role, role)
    for workspace in KINDS:
        await tree.add_member(workspace, "spare", "read_only")
        await _open_rows(tree.person(workspace, "admin"), workspace)
        here = await tree.person(workspace, "admin").get("workspaces/current")
        tree.numbers[workspace] = here["account_number"]
    for workspace, wanted in zip(KINDS, [*list(KINDS)[1:], next(iter(KINDS))], strict=True):
        await tree.person(workspace, "spare").post("access-requests", {"workspace": wanted})
    for workspace in (CUSTOMER, PROVIDER):
        leaving = tree.person(workspace, "read_only")
        await leaving.post("own-data/downloads")
        await leaving.post("erasures", {"address": leaving.address})
    await installation.carry()
    return tree


async def _open_rows(admin: Person, workspace: str) -> None:
    """A contact, and an invitation that nobody has accepted."""
    await admin.post("contacts", CONTACT)
    await admin.post(
        "invitations", {"address": address_of(workspace, "invited"), "display_name": "x", "role": "member"}
    )


async def hold(tree: Tree, held: str) -> None:
    """In each workspace somebody else has become the primary holder, and somebody who may only read is asked whether to
    become the alternate one. ``held`` has both, and leaves what is most important to them. Two of the provider's people
    could replace the primary one of every workspace but Northwind."""
    for workspace in KINDS:
        first = tree.person(workspace, "admin")
        holder = await tree.add_member(workspace, "primary", "admin")
        await _propose(first, "primary", holder.address)
        await _confirm(holder)
        if workspace == held:
            other = await tree.add_member(workspace, "alternate", "admin")
            await _propose(holder, "alternate", other.address)
            await _confirm(other)
            await _done(holder, "PUT", "holders/control", {"holder_control": True})
        await _propose(holder, "alternate", address_of(workspace, READER.get(workspace, "spare")))
        await _done(holder, "POST", "users/additional", {"address": "somebody@elsewhere.example"})
    for workspace in KINDS.keys() - {PROVIDER, CUSTOMER}:
        asked = {"address": address_of(workspace, "spare"), "reason": "The holder has left."}
        below = f"holders/below/{tree.ids[workspace]}/slots/primary"
        await _done(tree.person(PROVIDER, "primary"), "PUT", below, asked)


async def _propose(holder: Person, slot: str, address: str) -> None:
    await _done(holder, "PUT", f"holders/slots/{slot}", {"address": address})


async def _confirm(person: Person) -> None:
    mine = [each["id"] for each in (await person.get("holders"))["changes"] if each["new"]["address"] == person.address]
    await _done(person, "POST", f"holders/changes/{mine[-1]}/confirm", None)


async def _done(person: Person, method: str, path: str, body: Any) -> None:
    answer = await person.ask(method, path, body)
    assert answer.is_success, answer.text


async def propose_moves(tree: Tree) -> None:
    """The provider proposes that each customer of a partner goes to the other one."""
    admin = tree.person(PROVIDER, "admin")
    for slug, parent in PARENTS.items():
        if parent != PROVIDER:
            seller = "tidewater" if parent == PARTNER else PARTNER
            body = {"to_workspace_id": str(tree.ids[seller]), "reason": f"{parent} closes."}
            answer = await admin.ask("PUT", f"moves/below/{tree.ids[slug]}", body)
            assert answer.is_success, answer.text


async def link_people(tree: Tree) -> None:
    """Every user of the provider and of Meridian who is no admin has links. ``spare`` has none."""
    for parent, customers in LINKED_TO.items():
        for customer in customers:
            for role in LINK_ROLES:
                await tree.link(parent, customer, role)
