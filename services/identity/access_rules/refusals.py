"""Why an access rule is refused."""

from typing import Any, ClassVar

from shared.errors import Conflict


class RuleExists(Conflict):
    """The domain or address has access already."""

    title = "This is on the list already"


class DomainHasAccess(Conflict):
    """The address is in a domain that has access: everybody with a mailbox there may sign in. ``domain`` says which."""

    title = "The domain of this address has access already"
    members: ClassVar[dict[str, Any]] = {"domain": {"type": "string"}}


class AddressesInDomain(Conflict):
    """Addresses in the domain have access by themselves. ``addresses`` lists them. Send ``fold_in`` to let the rule for
    the domain take their place."""

    title = "Addresses in this domain have access already"
    members: ClassVar[dict[str, Any]] = {"addresses": {"type": "array", "items": {"type": "string"}}}


class TooManyRules(Conflict):
    """A bill group has a limited number of domains and addresses. Remove one first."""

    title = "Too many domains and addresses"


class NotAdmitted(Conflict):
    """The mailbox is proven, but no access rule of the portal admits it any more."""

    title = "You have no access to this portal"
