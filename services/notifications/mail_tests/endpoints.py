"""How mails are sent, and a test mail to oneself, for the provider's admins."""

from fastapi import Response

from services.notifications.mail_tests import service
from services.notifications.mail_tests.models import MailTest
from services.notifications.mail_tests.schemas import MailSetupRead, MailTestAskedRead
from services.notifications.mail_tests.service import TooManyMailTests
from services.notifications.settings import CurrentSettings
from shared.auth import CurrentAccess, Router, allow
from shared.clock import RealNow
from shared.db import Session
from shared.idempotency import Once
from shared.pages import json_response
from shared.reads import Reader

router = Router("notifications", "mail-tests")

GUARD = allow("mail.test")


@router.get("", guard=GUARD, response_model=MailSetupRead)
async def get_mail_setup(read: Reader, settings: CurrentSettings) -> Response:
    """How this installation sends mails, and what became of the newest test mail."""
    return json_response(await service.read_setup(read, settings))


@router.post("", guard=GUARD, status_code=202, problems=(TooManyMailTests,))
async def send_test_mail(session: Session, access: CurrentAccess, real_now: RealNow, once: Once) -> MailTestAskedRead:
    """Have a test mail sent to the caller. What became of it is read from the setup."""

    async def work() -> MailTest:
        return await service.ask_for_test(session, access.workspace_id, access.user_id, real_now)

    return await once(None, MailTestAskedRead, work)
