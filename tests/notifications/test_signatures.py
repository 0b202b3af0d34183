"""Mails are signed with DKIM, which another library verifies, and a changed mail is not (D24: one-click unsubscribing
counts only where the signature covers its headers)."""

import base64
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.notifications.settings import Settings
from services.notifications.signatures import Signer
from tests.harness.services import SETTINGS
from tests.notifications.harness import NotificationsHarness, contact, person, provisioned
from tests.notifications.test_headers import DATABASES

RSA = rsa.generate_private_key(65537, 2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
KEYS = {"rsa": RSA, "ed25519": ED25519}
OTHERS = {"rsa": rsa.generate_private_key(65537, 2048), "ed25519": ed25519.Ed25519PrivateKey.generate()}
DOMAIN, SELECTOR = "larkspur.example", "portico1"


def pem_of(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def signed_settings(pem: str, **more: str) -> Settings:
    given = {"rabbitmq_url": "amqp://nowhere", "dkim_domain": DOMAIN, "dkim_selector": SELECTOR, "dkim_key": pem}
    return Settings(**(SETTINGS | DATABASES | given | more))


def verified(mail: bytes, signer: Signer) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes:
        return signer.record.encode() if name.decode().rstrip(".") == signer.record_name else b""

    return bool(dkim.verify(mail, dnsfunc=look_up))


@pytest.mark.rule("D24")
@pytest.mark.parametrize("kind", KEYS)
async def test_a_signature_covers_what_a_mail_says_and_how_it_is_switched_off(
    notifications: NotificationsHarness, kind: str
) -> None:
    signer = Signer(DOMAIN, SELECTOR, KEYS[kind])
    settings = notifications.settings
    settings.dkim_domain, settings.dkim_selector = DOMAIN, SELECTOR
    settings.dkim_key = signed_settings(pem_of(KEYS[kind])).dkim_key
    await notifications.hear(contact(display_name="Jürgen Größe"), person(), provisioned())

    await notifications.send()

    [mail] = notifications.server.raw
    assert verified(mail, signer)
    assert mail.isascii(), "no server on the way has to encode it anew"
    for header in (b"List-Unsubscribe: ", b"List-Unsubscribe-Post: ", b"From: ", b"To: ", b"Subject: ", b"Date: "):
        assert header in mail
        changed = mail.replace(header, header + b"X", 1)
        assert not verified(changed, signer), header
        assert not verified(header + b"another\r\n" + mail, signer), f"another {header!r} is added"
    assert not verified(mail.replace(b"</html>", b"!</html>"), signer)
    assert not verified(mail, Signer(DOMAIN, SELECTOR, OTHERS[kind]))


LINES = st.lists(st.text(st.sampled_from("ab \t.=:;\u00fc"), max_size=90), max_size=12)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(subject=st.text(st.sampled_from("ab \t:;"), max_size=60), body=LINES, kind=st.sampled_from(sorted(KEYS)))
def test_whatever_a_mail_says_its_signature_is_valid(subject: str, body: list[str], kind: str) -> None:
    signer = Signer(DOMAIN, SELECTOR, KEYS[kind])
    mail = f"From: a@{DOMAIN}\r\nSubject: {subject}\r\n more\r\nTo: b@x.example\r\n\r\n" + "".join(
        f"{line}\r\n" for line in body
    )

    signed = signer.sign(mail.encode(), datetime(2026, 11, 22, 12, tzinfo=UTC))

    assert verified(signed, signer)
    assert signed.endswith(mail.encode()), "nothing else is changed"
    assert max(map(len, signed.partition(b"\r\nFrom:")[0].split(b"\r\n"))) <= 120


async def test_without_a_key_mails_are_not_signed(notifications: NotificationsHarness) -> None:
    await notifications.hear(contact(), person(), provisioned())
    await notifications.send()

    assert "DKIM-Signature" not in notifications.server.mails[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dkim_key": "not a key"}, "must be a private key in PEM"),
        ({"dkim_key": pem_of(rsa.generate_private_key(65537, 1024))}, "at least 2048 bits"),
        ({"dkim_key": pem_of(ec.generate_private_key(ec.SECP256R1()))}, "for RSA or Ed25519"),
        ({"dkim_key": ""}, "must be set together"),
        ({"dkim_selector": ""}, "must be set together"),
        ({"dkim_selector": "a b"}, "pattern"),
        ({"dkim_domain": "elsewhere.example"}, "must be portal.larkspur.example, the domain of the From address"),
        ({"bounce_address": "a+b@larkspur.example"}, "no +"),
        ({"bounce_address": f"{'b' * 16}@larkspur.example"}, "at most 15 characters"),
        ({"bounce_token": "short"}, "at least 16"),
        ({"bounce_token": "of-the-mail-server-of-2026,short"}, "at least 16"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start_without_its_secret(
    given: dict[str, str], said: str
) -> None:
    usual = pem_of(ED25519)
    with pytest.raises(ValidationError, match=said) as refused:
        signed_settings(usual, **given)
    body = usual.splitlines()[1]
    assert body not in str(refused.value)
    assert "not a key" not in str(refused.value)


def test_a_key_may_be_written_on_one_line_as_files_of_settings_need_it() -> None:
    signer = signed_settings(pem_of(RSA).replace("\n", "\\n")).signer

    assert signer is not None
    assert signer.record_name == "portico1._domainkey.larkspur.example"
    assert base64.b64decode(signer.record.partition("p=")[2])
