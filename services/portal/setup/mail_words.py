"""What became of a test mail, in words for whoever sets up mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.clients.mail_tests import MailSetup, MailTest
from shared.language import gettext as _

LONG = timedelta(seconds=30)
"""After which a worker that runs would have tried it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    tone: str
    """A style of notices: ``good``, ``bad``, or none."""
    said: str
    advice: str = ""


def outcome_of(mail: MailSetup, now: datetime) -> Outcome | None:
    """None while nothing was tested. ``now`` is real time."""
    test = mail.test
    if test is None:
        return None
    if test.is_on_its_way:
        return _on_its_way(test, now)
    match test.state:
        case "sent":
            said = _("The mail server %(server)s accepted the test mail.", server=mail.server)
            return Outcome("good", said, _("If it does not arrive, look among junk mails, and at the records below."))
        case "caught":
            said = _("There is no mail server: Portico’s own mail catcher took the mail, and hands nothing on.")
            return Outcome("bad", said, _("Set PORTICO_SMTP_URL to your mail server, and restart."))
        case "suppressed":
            return Outcome("bad", _("It was not sent, because mails to your address come back."))
    return _not_accepted(mail, test.why, test.answer)


def _on_its_way(test: MailTest, now: datetime) -> Outcome:
    if now - test.asked_at < LONG:
        return Outcome("", _("The test mail is on its way."))
    advice = _("Does the worker of notifications run, and RabbitMQ? The command portico doctor says what is missing.")
    return Outcome("bad", _("Nobody has sent the test mail yet."), advice)


def _not_accepted(mail: MailSetup, why: str | None, answer: int | None) -> Outcome:
    if why == "refused" and answer is not None:
        said = _("The mail server %(server)s refused it with the code %(code)s.", server=mail.server, code=answer)
        if answer in (530, 534, 535, 538):
            return Outcome("bad", said, _("Look at the user and the password in PORTICO_SMTP_URL."))
        return Outcome("bad", said, _("Its log says why. Codes that begin with 4 are tried again by themselves."))
    if why == "not_reached":
        said = _("The mail server %(server)s was not reached.", server=mail.server)
        advice = _("Look at PORTICO_SMTP_URL, and whether a firewall is in between. It is tried again by itself.")
        return Outcome("bad", said, advice)
    return Outcome("bad", _("The test mail was not sent."), _("The log of notifications says why."))
