"""Who asks. A new kind of caller is a new line of `CALLERS`."""

from dataclasses import dataclass
from enum import Enum, auto

from shared.auth.permissions import ROLES, Level, level

PROVIDER, PARTNER, CUSTOMER = "larkspur", "meridian", "northwind"
KINDS = {PROVIDER: "provider", PARTNER: "partner", CUSTOMER: "customer",
         "fernhill": "customer", "harbour": "customer", "tidewater": "partner", "brookside": "customer"}  # fmt: skip
"""The workspaces that somebody has signed up for, by URL name."""
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
    of_one_bill_group: bool = False
    """Whether the grant is limited to the workspace's default bill group."""
    from_parent: str | None = None
    """The person of the parent workspace who works here on behalf, by their role there."""
    only: str = ""
    """Why the person has no role: a ``link`` is all they have, or their grant was ``revoked``."""
    credential: Credential = Credential.token

    def __str__(self) -> str:
        by = f" on behalf, from {self.from_parent}" if self.from_parent else ""
        group = " of one bill group" if self.of_one_bill_group else ""
        shown = "" if self.credential == Credential.token else f", {self.credential.name.replace('_', ' ')}"
        return f"{self.workspace} {self.role or self.only}{group}{by}{shown}"

    @property
    def address(self) -> str:
        if self.from_parent or self.only == "link":
            return address_of(PARENTS[self.workspace], self.from_parent or "support")
        if self.of_one_bill_group:
            return address_of(self.workspace, "billing-of-one")
        return address_of(self.workspace, self.only or self.role or "")

    @property
    def kind(self) -> str:
        return KINDS[self.workspace]

    def level(self, permission: str) -> Level | None:
        """The level of a permission that the table gives this caller."""
        found = level(permission, self.role, self.kind) if self.role else None
        return found if found != "scoped" or self.of_one_bill_group else None  # a scoped level needs a scope


def address_of(workspace: str, name: str) -> str:
    return f"{name.replace('_', '-')}@{workspace}.example"


CALLERS = (
    *(Caller(workspace, role) for workspace in (PROVIDER, PARTNER, CUSTOMER) for role in ROLES),
    Caller(CUSTOMER, "billing", of_one_bill_group=True),
    Caller("brookside", "admin"),
    Caller("tidewater", "admin"),
    Caller(CUSTOMER, "admin", from_parent="admin"),
    Caller(CUSTOMER, "support", from_parent="support"),
    Caller(PARTNER, "admin", from_parent="admin"),
    Caller(CUSTOMER, None, only="link"),
    Caller(CUSTOMER, None, only="revoked"),
    Caller(CUSTOMER, "admin", credential=Credential.expired_token),
    Caller(CUSTOMER, "admin", credential=Credential.token_of_an_ended_session),
    Caller(PROVIDER, "admin", credential=Credential.service_key),
    Caller(PROVIDER, "admin", credential=Credential.nothing),
)
