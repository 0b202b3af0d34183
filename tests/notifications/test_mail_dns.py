"""`portico mail-dns`: the DNS records with which other mail servers believe in Portico's mails."""

import re
from datetime import UTC, datetime

import dkim
import pytest

from deploy.cli.mail_dns import records_of
from services.notifications.settings import Settings
from tests.harness.services import SETTINGS
from tests.notifications.test_headers import DATABASES
from tests.notifications.test_signatures import KEYS, pem_of, signed_settings

MAIL = b"From: portal@larkspur.example\r\nTo: a@x.example\r\nSubject: Hello\r\n\r\nHello\r\n"
RECORD = re.compile(r'(\S+)\. IN TXT ((?:"[^"]{1,255}" ?)+)$')


def zone_of(settings: Settings) -> dict[str, str]:
    """The TXT records by name, as a DNS server joins them from their strings."""
    lines = [line for line in records_of(settings) if not line.startswith(";")]
    found = {match[1]: "".join(re.findall(r'"([^"]*)"', match[2])) for line in lines if (match := RECORD.match(line))}
    assert len(found) == len(lines), "each line can be read by a DNS server"
    return found


@pytest.mark.parametrize("kind", KEYS)
def test_a_mail_is_verified_with_the_record_that_is_printed(kind: str) -> None:
    settings = signed_settings(pem_of(KEYS[kind]))
    zone = zone_of(settings)
    assert settings.signer is not None

    signed = settings.signer.sign(MAIL, datetime(2026, 11, 22, 12, tzinfo=UTC))

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        return zone[name.decode().rstrip(".")].encode()

    assert dkim.verify(signed, dnsfunc=look_up)
    assert not dkim.verify(signed.replace(b"Hello\r\n", b"Hullo\r\n"), dnsfunc=look_up)


def test_who_may_send_is_said_of_the_domain_that_mails_come_back_to() -> None:
    bounces = "back@bounces.larkspur.example"
    settings = signed_settings(
        pem_of(KEYS["ed25519"]), sender_address="portal@larkspur.example", bounce_address=bounces
    )

    zone = zone_of(settings)

    assert zone["bounces.larkspur.example"].startswith("v=spf1 ")
    assert zone["_dmarc.larkspur.example"].startswith("v=DMARC1; p=none;")


def test_what_is_not_set_is_said() -> None:
    settings = Settings(**(SETTINGS | DATABASES | {"rabbitmq_url": "amqp://nowhere"}))

    told = "\n".join(records_of(settings))

    assert "mails are not signed. Set NOTIFICATIONS_DKIM_DOMAIN" in told
    assert "Set NOTIFICATIONS_BOUNCE_ADDRESS" in told
    assert not [name for name in zone_of(settings) if "_domainkey" in name]
