"""Setting up a new installation: the list of what is to be done, a test mail, and the end of it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.browser import browser_of
from services.portal.clients.mail_tests import MailSetup
from services.portal.rendering import page, part, see_other, wants_part
from services.portal.runtime import runtime_of
from services.portal.sending import send_button
from services.portal.setup.mail_words import Outcome, outcome_of
from services.portal.setup.steps import all_done, setup_steps
from services.portal.setup.views import MailState, SetupPage
from services.portal.viewer import InWorkspace, Section, Viewer, section
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/setup"
PERMISSION = "mail.test"
TOO_SOON = (429,)


@router.get(PATH)
async def setup(request: Request, viewer: InWorkspace) -> Response:
    """The panel of mails reads itself again while a test is on its way."""
    viewer.require(PERMISSION)
    mail = await section(viewer, PERMISSION, viewer.services.notifications.mail_setup)
    path, outcome = PATH.format(slug=viewer.workspace.slug), _outcome(request, mail)
    if wants_part(request):
        return part(request, MailState(mail, outcome, path))
    steps = await setup_steps(viewer, mail)
    return page(request, SetupPage(steps, all_done(steps), mail, outcome, path))


@router.post(PATH + "/test-mail")
async def send_test_mail(request: Request, viewer: InWorkspace) -> Response:
    said = _("A test mail to %(address)s is being sent.", address=viewer.user.address)
    return await send_button(request, viewer.services.notifications.send_test_mail, said, _to_mail(viewer), TOO_SOON)


@router.post(PATH + "/end")
async def end_setup(request: Request, viewer: InWorkspace) -> Response:
    """The page leaves the side bar; its address stays."""
    await viewer.services.identity.end_setup()
    browser_of(request).say(_("Setting up is over. All of it is found in the side bar."))
    return see_other(viewer.path())


def _outcome(request: Request, mail: Section[MailSetup]) -> Outcome | None:
    return outcome_of(mail.value, runtime_of(request).clock.real_now()) if mail.ready else None


def _to_mail(viewer: Viewer) -> str:
    return f"{PATH.format(slug=viewer.workspace.slug)}#mail"
