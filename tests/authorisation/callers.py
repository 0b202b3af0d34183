"""Who asks. A new kind of caller is a new line of `CALLERS`."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from shared.auth.permissions import ROLES, Level, level, table

PROVIDER, PARTNER, CUSTOMER = "larkspur", "meridian", "northwind"
KINDS = {PROVIDER: "provider", PARTNER: "partner", CUSTOMER: "customer",
         "fernhill": "customer", "harbour": "customer", "tidewater": "partner", "brookside": "customer"}  # fmt: skip
"""The workspaces that somebody has signed up for, by URL name."""
HELD = "harbour"
"""The one whose holder control is on."""
PARENTS = {PARTNER: PROVIDER, "tidewater": PROVIDER, "fernhill": PROVIDER,
           CUSTOMER: PARTNER, "harbour": PARTNER, "brookside": "tidewater"}  # fmt: skip


class Credential(Enum):
    """What a request shows."""

    token = auto()
    expired_token = auto()
    token_of_an_ended_session = auto()
    service_key = auto()
    nothing = auto()


@dataclass(frozen=True)
class Caller:
    """A person with ``role`` in ``workspace``; None is a person whose token names a workspace without a role there."""

    workspace: str
    role: str | None
    within: Literal["", "first bill group", "second bill group", "location"] = ""
    """What the grant is limited to. The first bill group is the default one."""
    holder: str = ""
    """The holder slot of the account that the person has: ``primary`` or ``alternate``."""
    from_parent: str | None = None
    """The person of the parent workspace who works here on behalf, by their role there."""
    suspended: bool = False
    """Whether the workspace is suspended, as the newest token says."""
    previewed_by: str = ""
    """The role of the provider's person who sees a preview of the bill group."""
    only: str = ""
    """Why the person has no role: ``link of`` and their role in the parent is all they have, or it was ``revoked``."""
    credential: Credential = Credential.token

    def __str__(self) -> str:
        by = f" on behalf, from {self.from_parent}" if self.from_parent else ""
        by += f", previewed by {self.previewed_by}" if self.previewed_by else ""
        by += ", suspended" if self.suspended else ""
        limits = f" of one {self.within}" if self.within else ""
        slot = f", {self.holder} holder" if self.holder else ""
        shown = "" if self.credential == Credential.token else f", {self.credential.name.replace('_', ' ')}"
        return f"{self.workspace} {self.role or self.only}{limits}{slot}{by}{shown}"

    @property
    def linked_as(self) -> str:
        """The role in the parent of somebody who has only a link here."""
        return self.only.removeprefix("link of ") if self.only.startswith("link of ") else ""

    @property
    def address(self) -> str:
        if there := self.from_parent or self.linked_as:
            return address_of(PARENTS[self.workspace], there)
        if self.previewed_by:
            return address_of(PROVIDER, self.previewed_by)
        return address_of(self.workspace, self.within or self.holder or self.only or self.role or "")

    @property
    def via(self) -> str:
        return "on_behalf" if self.from_parent else "preview" if self.previewed_by else "self"

    @property
    def kind(self) -> str:
        return KINDS[self.workspace]

    def level(self, permission: str) -> Level | None:
        """The level of a permission that the table gives this caller."""
        found = level(permission, self.role, self.kind) if self.role else None
        if self.within and found != "scoped" and not table()[permission].narrowed:
            return None
        kept_from = {
            "scoped": not self.within,
            "holder": self.workspace == HELD and not self.holder,
            "holders_only": not self.holder,
        }
        return None if found and kept_from.get(found) else found  # a scoped level needs a scope, a holder's a slot


def address_of(workspace: str, name: str) -> str:
    return f"{name.replace('_', '-').replace(' ', '-')}@{workspace}.example"


CALLERS = (
    *(Caller(workspace, role) for workspace in (PROVIDER, PARTNER, CUSTOMER) for role in ROLES),
    Caller(CUSTOMER, "billing", within="first bill group"),
    Caller(CUSTOMER, "billing", within="second bill group"),
    Caller(CUSTOMER, "regular", within="location"),
    Caller(CUSTOMER, "billing", within="first bill group", previewed_by="support"),
    Caller(CUSTOMER, "admin", holder="primary"),
    Caller(HELD, "admin"),
    Caller(HELD, "admin", holder="primary"),
    Caller(HELD, "admin", holder="alternate"),
    Caller(HELD, "admin", from_parent="admin"),
    Caller("brookside", "admin"),
    Caller("tidewater", "admin"),
    Caller(CUSTOMER, "admin", from_parent="admin"),
    Caller(CUSTOMER, "support", from_parent="support"),
    Caller(PARTNER, "admin", from_parent="admin"),
    Caller(CUSTOMER, "admin", suspended=True),
    Caller(PARTNER, "admin", suspended=True),
    Caller(CUSTOMER, "admin", from_parent="admin", suspended=True),
    Caller(CUSTOMER, None, only="link of support"),
    Caller(CUSTOMER, None, only="link of regular"),
    Caller(CUSTOMER, None, only="revoked"),
    Caller(CUSTOMER, "admin", credential=Credential.expired_token),
    Caller(CUSTOMER, "admin", credential=Credential.token_of_an_ended_session),
    Caller(PROVIDER, "admin", credential=Credential.service_key),
    Caller(PROVIDER, "admin", credential=Credential.nothing),
)
