"""Keys and secrets: whether they can be read and belong together, and how old those are that rotate. None is shown."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet
from pydantic import SecretStr

from deploy.doctor.databases import AWAY, opened
from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import worker_url
from services.identity.keys.service import opens
from services.provisioning.settings import private_keys_of

SEE = See.settings
QUARTER = timedelta(days=92)
SHORTEST = 24
"""Characters of a secret that is no key of a fixed form."""

_SIGNING = """
SELECT sealed_private_jwk, coalesce((SELECT max(retired_at) FROM signing_keys), created_at) AS since
FROM signing_keys WHERE state = 'signing'
"""


def _fernet(value: str) -> None:
    for key in value.split(","):
        Fernet(key.strip())


def _licence(value: str) -> None:
    private_keys_of(SecretStr(value))


def _long(value: str) -> None:
    if min(len(part.strip()) for part in value.split(",")) < SHORTEST:
        raise ValueError(f"has fewer than {SHORTEST} characters")


FORMS: dict[str, tuple[Callable[[str], None], str]] = {
    "PORTICO_MAIL_KEY": (_fernet, "is no Fernet key"),
    "PORTICO_COOKIE_KEY": (_fernet, "is no Fernet key"),
    "PROVISIONING_SECRET_KEYS": (_fernet, "is no Fernet key"),
    "NOTIFICATIONS_LINK_KEYS": (_fernet, "is no Fernet key"),
    "PROVISIONING_LICENCE_KEYS": (_licence, "is no private Ed25519 key"),
    "IDENTITY_KEY_SECRET": (_long, f"has fewer than {SHORTEST} characters"),
    "BILLING_GATEWAY_SECRET": (_long, f"has fewer than {SHORTEST} characters"),
    "AUDIT_SEAL_KEY": (_long, f"has fewer than {SHORTEST} characters"),
    "PORTICO_SERVICE_KEY": (_long, f"has fewer than {SHORTEST} characters"),
}


async def secrets() -> Sequence[Finding]:
    """Those that are in the environment; one that is missing is a matter of the settings."""
    wrong = []
    for name, (read, is_wrong) in FORMS.items():
        try:
            read(os.environ[name])
        except KeyError:
            continue
        except ValueError:
            is_short = read is _long
            find, do = (warn, "Make a longer one.") if is_short else (bad, "Make one as the page says.")
            wrong.append(find(name, is_wrong, do, SEE))
    present = sum(name in os.environ for name in FORMS)
    return wrong or [ok("secrets", f"{present} of {len(FORMS)} are here, each of its form")]


async def signing_keys() -> Sequence[Finding]:
    try:
        async with opened(worker_url("identity")) as database:
            row = await database.fetchrow(_SIGNING)
    except AWAY as error:
        return [unknown("access tokens", f"not reached: {why(error)}")]
    if row is None:
        return [ok("access tokens", "the first key is made with the first sign-in")]
    secret = os.environ.get("IDENTITY_KEY_SECRET")
    if secret and not opens(row["sealed_private_jwk"], SecretStr(secret)):
        return [bad("access tokens", "IDENTITY_KEY_SECRET does not open the signing key: nobody can sign in",
                    "Set the secret that it was made with.", SEE)]  # fmt: skip
    age = datetime.now(UTC) - row["since"]
    seen = f"signs since {age.days} days; rotate it by {row['since'] + QUARTER:%Y-%m-%d}"
    if age > QUARTER:
        return [warn("access tokens", seen, "Run `portico keys rotate`.", See.the_commands)]
    return [ok("access tokens", seen)]


CHECKS = (Check("keys", secrets), Check("signing keys", signing_keys))
