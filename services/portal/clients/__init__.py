"""The five services, as the portal sees them: their public HTTP APIs, and nothing else of them."""

from services.portal.clients.http import Api, Refused, ServiceDown
from services.portal.clients.services import Services

__all__ = ["Api", "Refused", "ServiceDown", "Services"]
