"""What the page of notices shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.clients.http import Page
from services.portal.clients.notices import Notice
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class NoticesPart(View):
    """The list, as a live page shows it again."""

    template = "partials/notices/list.html"
    notices: Section[Page[Notice]]
    only_unread: bool
    first: bool
    """Whether it is the first page, which shows what is new by itself."""

    @property
    def shown(self) -> Sequence[Notice]:
        return self.notices.value.items


@dataclass(frozen=True)
class NoticesPage(NoticesPart):
    template = "pages/notices/list.html"
