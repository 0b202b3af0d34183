"""What the pages of events show."""

from dataclasses import dataclass

from services.portal.event_documents.documents import Described, Documents
from services.portal.views import View


@dataclass(frozen=True)
class EventServices(View):
    template = "pages/events/list.html"
    documents: Documents


@dataclass(frozen=True)
class EventsOfService(View):
    template = "pages/events/service.html"
    documents: Documents
    service: Described
