"""What the sign-in page of a bill group's portal shows."""

from dataclasses import dataclass

from services.portal.clients.access_rules import PortalLook
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True)
class PortalSignIn(View):
    template = "pages/portals/sign_in.html"
    portal: PortalLook
    key: str
    form: Form
