"""All events, one module per publishing service. The catalogue is docs/events.md."""

from shared.events import audit, billing, identity, notifications, provisioning
from shared.events.base import REGISTRY, Actor, Envelope, Event, Fact, Subject, Via

__all__ = [
    "REGISTRY",
    "Actor",
    "Envelope",
    "Event",
    "Fact",
    "Subject",
    "Via",
    "audit",
    "billing",
    "identity",
    "notifications",
    "provisioning",
]
