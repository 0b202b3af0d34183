"""Authorisation: tokens, the copy of the grants, the permission table, and routes that require a guard."""

from shared.auth.access import Access, CurrentAccess
from shared.auth.routes import GuardedRoute, Router, allow, public, service_only

__all__ = ["Access", "CurrentAccess", "GuardedRoute", "Router", "allow", "public", "service_only"]
