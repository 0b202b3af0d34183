"""Every secret that an installation makes itself, as data. docs/operating.md has it as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from deploy.environment import SERVICES

SERVERS = ("POSTGRES_FIRST_PASSWORD", "RABBITMQ_FIRST_PASSWORD")
"""What the servers' admins have in an empty volume, until the first `portico migrate` gives them the passwords of the
table. They are of no use afterwards, and never change: the servers would be restarted."""
GIVEN_BY_OTHERS = {
    "BILLING_STRIPE_API_KEY": "roll it in Stripe, which accepts both for as long as you say; set the new one, and"
    " restart billing",
    "BILLING_STRIPE_WEBHOOK_SECRET": "roll it in Stripe with a day of overlap, in which it signs with both; set the new"
    " one, and restart billing",
    "NOTIFICATIONS_DKIM_KEY": "publish the new key under another selector, set both, and restart notifications;"
    " remove the old record a week later",
    "NOTIFICATIONS_SMTP_URL": "let the mail server accept both passwords, set the new one, and restart notifications;"
    " mails that it refuses meanwhile are sent later",
    "PROVISIONING_DOWNLOADS_SECRET_KEY": "make a second access key at the store, set it with `…_ACCESS_KEY`, restart"
    " provisioning, and delete the first one there",
}
"""Secrets of other systems, with what is done there. None is a list: the other system is what accepts two."""


class Store(Enum):
    """What was made with a secret and is kept, or who else knows it."""

    nothing = "nothing"
    signing_keys = "encrypts identity's signing keys anew"
    mails = "encrypts the mails that wait anew"
    credentials = "encrypts the credentials that wait to be shown anew"
    audit = "signs a checkpoint that vouches for the old key, wraps the keys of people and makes their digests anew"
    role = "gives the role in PostgreSQL the new password"
    admin_role = "gives PostgreSQL's admin the new password"
    broker_user = "gives the user in RabbitMQ the new password"
    broker_admin = "gives RabbitMQ's admin the new password"


@dataclass(frozen=True)
class Secret:
    name: str
    """In ``.env`` of docker-compose.yml; elsewhere it is part of `setting`."""
    what: str
    restart: str
    """Which processes read it."""
    store: Store
    leaves: str
    """When the old value may leave, after `portico rotate`."""
    leaked: str
    """What it costs to take the old value away at once."""
    setting: str = ""
    """The variable that processes read, if it has another name."""

    @property
    def variable(self) -> str:
        return self.setting or self.name


_AT_ONCE, _NOTHING = "at once", "nothing"
KEYS = (
    Secret("PORTICO_SERVICE_KEY", "opens what only services may ask", "all five services", Store.nothing, _AT_ONCE,
           _NOTHING),
    Secret("PORTICO_MAIL_KEY", "encrypts codes and links on their way to the mail server", "identity, notifications",
           Store.mails, "15 minutes later", "codes on their way are lost: people ask for new ones"),
    Secret("PORTICO_COOKIE_KEY", "encrypts the session cookie", "portal", Store.nothing,
           "7 days later, when no session of before is left", "people sign in again"),
    Secret("IDENTITY_KEY_SECRET", "encrypts the signing keys in the database", "identity", Store.signing_keys, _AT_ONCE,
           "nothing; rotate the signing keys as well: `portico keys rotate`, twice"),
    Secret("BILLING_GATEWAY_SECRET", "encrypts links to payment pages, signs the simulator's callbacks", "billing",
           Store.nothing, "an hour later", "payment pages that are open have to be opened again"),
    Secret("PROVISIONING_SECRET_KEYS", "encrypts new credentials, and links to downloads", "provisioning",
           Store.credentials, "5 minutes later", "links to downloads of the last 5 minutes have to be asked for again"),
    Secret("PROVISIONING_LICENCE_KEYS", "signs licence keys", "provisioning", Store.nothing,
           "when no licence key of the old one is in use ([Licences](#licences))",
           "licence keys of the old one are not valid: customers fetch theirs again"),
    Secret("NOTIFICATIONS_LINK_KEYS", "encrypts the links that switch off mails, and return addresses", "notifications",
           Store.nothing, "30 days later, so that links of old mails work", "links of mails before do not work"),
    Secret("NOTIFICATIONS_BOUNCE_TOKEN", "lets the mail server hand over what came back", "notifications",
           Store.nothing, "when the mail server sends the new one",
           "what comes back is refused until the mail server sends the new one"),
    Secret("AUDIT_SEAL_KEY", "signs the log's checkpoints, wraps the keys of personal data", "audit", Store.audit,
           _AT_ONCE, _NOTHING),
)  # fmt: skip


def _passwords() -> Iterator[Secret]:
    for service in SERVICES:
        for kind, setting in (("API", "DATABASE_URL"), ("WORKER", "WORKER_DATABASE_URL")):
            role = f"portico_{service}_{kind.lower()}"
            yield Secret(f"{service.upper()}_{kind}_PASSWORD", f"of the role `{role}`", service, Store.role, _AT_ONCE,
                         _NOTHING, f"{service.upper()}_{setting}")  # fmt: skip
    for process in (*SERVICES, "portal"):
        reader = process if process == "portal" else f"{process}'s workers"
        yield Secret(f"{process.upper()}_BROKER_PASSWORD", f"of RabbitMQ's user `portico_{process}`", reader,
                     Store.broker_user, _AT_ONCE, _NOTHING, f"{process.upper()}_RABBITMQ_URL")  # fmt: skip
    yield Secret("POSTGRES_PASSWORD", "of PostgreSQL's admin", "none", Store.admin_role, _AT_ONCE, _NOTHING,
                 "PORTICO_ADMIN_DATABASE_URL")  # fmt: skip
    yield Secret("RABBITMQ_PASSWORD", "of RabbitMQ's admin", "none", Store.broker_admin, _AT_ONCE, _NOTHING,
                 "PORTICO_ADMIN_RABBITMQ_URL")  # fmt: skip


SECRETS = {secret.name: secret for secret in (*KEYS, *_passwords())}
