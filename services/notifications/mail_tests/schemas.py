from datetime import datetime

from services.notifications.mail_tests.models import MailTestState
from services.notifications.undelivered_mails.reasons import Reason
from shared.schemas import Read


class MailTestRead(Read):
    """The newest test mail of this workspace, and what became of it."""

    asked_at: datetime
    state: MailTestState
    why: Reason | None
    """Why it was not accepted; null as long as nothing is wrong."""
    answer: int | None
    """The code that the mail server refused it with."""
    tried_at: datetime | None
    """When it was last tried."""


class MailSetupRead(Read):
    """How this installation sends mails, and how the last test went."""

    server: str
    """The mail server's host and port."""
    sender: str
    """The address that all mails are from."""
    signing_domain: str | None
    """Mails are signed in the name of this domain (DKIM); null: they are not."""
    signing_record: str | None
    """Where its DNS has the public key."""
    bounce_domain: str
    """The domain of the envelope sender, whose DNS says who may send for it (SPF)."""
    takes_bounces: bool
    """Whether mails that come back are noticed."""
    test: MailTestRead | None


class MailTestAskedRead(Read):
    asked_at: datetime
