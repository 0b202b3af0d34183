"""Clients of the five services' public HTTP APIs, which is all that the portal uses of them."""

from services.portal.clients.http import Api, Refused, ServiceDown, Unreadable
from services.portal.clients.services import Services

__all__ = ["Api", "Refused", "ServiceDown", "Services", "Unreadable"]
