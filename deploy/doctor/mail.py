"""The mail server, which is greeted and signed in to and gets no mail; and what the DNS says of who sends them."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiosmtplib
from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer
from pydantic import ValidationError

from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.doctor.settings import LOCAL
from services.notifications.deliveries.connections import client_of
from services.notifications.settings import Settings

SEE = See.mail
SECONDS = 5.0
CATCHER = "Portico mail catcher"
"""In the greeting of our own mail catcher (deploy/mailcatcher/smtp.py)."""
DNS_SECONDS = 3.0


def _settings() -> Settings | None:
    """None where they are incomplete, which another check says."""
    try:
        return Settings()
    except ValidationError:
        return None


async def mail_server() -> Sequence[Finding]:
    settings = _settings()
    if settings is None:
        return [unknown("mail server", "the settings of notifications are incomplete", "See the settings above.")]
    server = client_of(settings)
    return [await greet(settings, f"{server.hostname}:{server.port}")]


async def greet(settings: Settings, about: str) -> Finding:
    """EHLO, STARTTLS where it is offered, and the login, as when a mail is sent."""
    url = urlsplit(settings.smtp_url.get_secret_value())
    server = client_of(settings)
    server.timeout = SECONDS
    try:
        greeting = await server.connect()  # with STARTTLS and the login
        is_secure = url.scheme == "smtps" or server.get_transport_info("sslcontext") is not None
        await server.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return _in_the_way(about, error)
    finally:
        server.close()
    if CATCHER in greeting.message:
        return warn(about, "is Portico’s mail catcher: mails reach nobody", "Set PORTICO_SMTP_URL.", SEE)
    if not is_secure and url.hostname not in LOCAL:
        return warn(about, "takes mails, without encryption", "Have it offer STARTTLS, or use smtps://.", SEE)
    return ok(about, f"takes mails{', encrypted' if is_secure else ''}{', signed in' if url.username else ''}")


def _in_the_way(about: str, error: Exception) -> Finding:
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            do = "Mend user and password in PORTICO_SMTP_URL."
            return bad(about, f"refuses the login with {error.code}", do, SEE)
        case aiosmtplib.SMTPResponseException():
            return bad(about, f"refuses us with {error.code}", "Let this host send mails there.", See.mailfailing)
    do = "Mend PORTICO_SMTP_URL, or the way there; until then `portico sign-in-link` lets the provider’s admins in."
    return bad(about, f"not reached: {type(error).__name__}", do, See.mailfailing)


async def records() -> Sequence[Finding]:
    """DKIM, SPF and DMARC of the domains that mails are from."""
    settings = _settings()
    if settings is None:
        return [unknown("records", "the settings of notifications are incomplete", "See the settings above.")]
    sender = settings.sender.partition("@")[2]
    bounces = settings.bounce_address.partition("@")[2] if settings.bounce_address else sender
    looks = (_dkim(settings), _begins("SPF", bounces, "v=spf1"), _begins("DMARC", f"_dmarc.{sender}", "v=DMARC1"))
    return [*await asyncio.gather(*looks), _bounces(settings)]


async def _dkim(settings: Settings) -> Finding:
    signer = settings.signer
    if signer is None:
        return warn("DKIM", "mails are not signed", "Set NOTIFICATIONS_DKIM_…, unless your mail server signs.", SEE)
    found = await _texts(signer.record_name)
    if isinstance(found, Finding):
        return found
    wanted = signer.record.rpartition("p=")[2]
    if any(wanted in text.replace(" ", "") for text in found):
        return ok("DKIM", f"{signer.record_name} has the key that signs")
    seen = "another key" if found else "nothing"
    do = "Publish what `portico mail-dns` prints: mails with this signature count as forged."
    return bad("DKIM", f"{signer.record_name} has {seen}", do, SEE)


async def _begins(about: str, name: str, begin: str) -> Finding:
    found = await _texts(name)
    if isinstance(found, Finding):
        return found
    if any(text.startswith(begin) for text in found):
        return ok(about, f"{name} has one")
    return warn(about, f"{name} has none", "Publish what `portico mail-dns` prints.", SEE)


def _bounces(settings: Settings) -> Finding:
    if settings.bounce_address and settings.bounce_token:
        return ok("bounces", f"come back to {settings.bounce_address}")
    return warn("bounces", "mails that come back are not noticed", "Set NOTIFICATIONS_BOUNCE_ADDRESS and _TOKEN.", SEE)


async def _texts(name: str) -> list[str] | Finding:
    """The TXT records of a name; a finding where the DNS does not answer."""
    try:
        resolver = Resolver()
        answer = await resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError) as error:
        return unknown(name, f"the DNS did not answer: {why(error)}", "Run it where the DNS is reached.")
    return [b"".join(each.strings).decode("utf-8", "replace") for each in answer]


CHECKS = (Check("mail server", mail_server), Check("mail records", records))
