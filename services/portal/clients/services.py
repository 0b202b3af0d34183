"""The clients of all services, for one person and one request."""

from collections.abc import Callable
from dataclasses import dataclass

from services.portal.clients.accounts import SellersBilling
from services.portal.clients.audit import Audit
from services.portal.clients.exports import Exporter, Exporting
from services.portal.clients.http import Api
from services.portal.clients.identity import Identity
from services.portal.clients.notifications import Notifications
from services.portal.clients.provisioning import Provisioning


@dataclass(frozen=True)
class Services:
    identity: Identity
    billing: SellersBilling
    provisioning: Provisioning
    notifications: Notifications
    audit: Audit

    def exporting(self, name: Exporter) -> Exporting:
        """The client of a service that has lists."""
        found: Exporting = getattr(self, name)
        return found

    @classmethod
    def of(cls, api: Callable[[str], Api]) -> "Services":
        """``api`` returns the `Api` of the service with that name."""
        return cls(
            Identity(api("identity")),
            SellersBilling(api("billing")),
            Provisioning(api("provisioning")),
            Notifications(api("notifications")),
            Audit(api("audit")),
        )
