"""What the pages of signing in show."""

from dataclasses import dataclass

from services.portal.browser import PendingSignIn
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True)
class SignInAddress(View):
    template = "pages/sign_in/address.html"
    form: Form


@dataclass(frozen=True)
class CheckMail(View):
    template = "pages/sign_in/check.html"
    pending: PendingSignIn
    form: Form
    wait: int
    """Seconds until another mail can be asked for."""
    over: bool = False
    """Whether link and code do not work any more."""
    closed: bool = False
    """Whether no code is taken any more, but the link still works."""


@dataclass(frozen=True)
class SignInLink(View):
    template = "pages/sign_in/verify.html"
    form: Form
    wants_code: bool = False
    """Whether this is another browser than the one that asked for the mail."""
    over: bool = False
    closed: bool = False
    again: str = "/sign-in"
    """Where another mail can be asked for: where this one was."""
