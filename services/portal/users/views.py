"""What the pages about users show."""

from dataclasses import dataclass

from services.portal.clients.identity import PersonOfParent
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class PeopleOfParent(View):
    template = "pages/users/of_parent.html"
    people: Section[list[PersonOfParent]]
    tab: str = "of_parent"
