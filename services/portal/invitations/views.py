"""What the page of an invitation shows."""

from dataclasses import dataclass

from services.portal.clients.identity import InvitationLook
from services.portal.views import View


@dataclass(frozen=True)
class InvitationPage(View):
    template = "pages/invitations/show.html"
    invitation: InvitationLook
    token: str


@dataclass(frozen=True)
class UnusableInvitation(View):
    template = "pages/invitations/unusable.html"
    detail: str


@dataclass(frozen=True)
class DeclinedInvitation(View):
    template = "pages/invitations/declined.html"
    company: str
