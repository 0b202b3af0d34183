"""The settings of all processes of one installation: addresses, and secrets that are generated at the first start."""

import base64
import secrets
from pathlib import Path

from deploy.environment import SERVICES
from deploy.local.server import host_of
from deploy.local.servers import Servers
from deploy.local.state_file import StateFile


def _password() -> str:
    return secrets.token_urlsafe(24)


def _sealing_key() -> str:
    """A Fernet key, or a private Ed25519 key: 32 random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


SECRETS = {
    "PORTICO_SERVICE_KEY": _password,
    "PORTICO_MAIL_KEY": _sealing_key,
    "PORTICO_COOKIE_KEY": _sealing_key,
    "IDENTITY_KEY_SECRET": _sealing_key,
    "BILLING_GATEWAY_SECRET": _password,
    "PROVISIONING_SECRET_KEYS": _sealing_key,
    "NOTIFICATIONS_LINK_KEYS": _sealing_key,
    "PROVISIONING_LICENCE_KEYS": _sealing_key,
    "AUDIT_SEAL_KEY": _password,
}


def database_urls(servers: Servers, stored: StateFile) -> dict[str, str]:
    """The URLs of each service's database, with the role of its API and with that of its worker."""
    urls = {}
    for service in SERVICES:
        for role, variable in (("api", "DATABASE_URL"), ("worker", "WORKER_DATABASE_URL")):
            password = stored.text(f"{service}_{role}_password", _password)
            login, name = f"portico_{service}_{role}:{password}", f"{service.upper()}_{variable}"
            urls[name] = servers.postgres.url_of(login, f"portico_{service}")
    return urls


def broker_urls(servers: Servers, stored: StateFile, vhost: str) -> dict[str, str]:
    """The URL of RabbitMQ per process kind, with its own user."""
    host, urls = host_of(servers.amqp_url()), {}
    for name in (*SERVICES, "portal"):
        password = stored.text(f"{name}_broker_password", _password)
        urls[f"{name.upper()}_RABBITMQ_URL"] = f"amqp://portico_{name}:{password}@{host}/{vhost}"
    return urls


def service_settings(
    directory: Path, servers: Servers, vhost: str, urls: dict[str, str], smtp_port: int
) -> dict[str, str]:
    """The environment of a running installation, as docs/operating.md lists it. ``urls`` are by process name."""
    stored = StateFile(directory / "secrets.json")
    return {
        **{name: stored.text(name, make) for name, make in SECRETS.items()},
        **database_urls(servers, stored),
        **broker_urls(servers, stored, vhost),
        **{f"PORTICO_{service.upper()}_URL": urls[service] for service in SERVICES},
        "PORTICO_PUBLIC_URL": urls["portal"],
        "PORTICO_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "NOTIFICATIONS_BOUNCE_ADDRESS": "bounces@mail.larkspur.example",
        "NOTIFICATIONS_BOUNCE_TOKEN": stored.text("NOTIFICATIONS_BOUNCE_TOKEN", _password),
        "PORTICO_FILES_DIR": str(directory / "files"),
        # All requests come from one IP address, and people sign in often.
        "IDENTITY_SIGN_INS_PER_ADDRESS": "500",
        "IDENTITY_SIGN_INS_PER_NETWORK": "5000",
        "BILLING_SELLER_NAME": "Larkspur Cloud",
        "BILLING_SELLER_CODE": "LC",
        "BILLING_SELLER_ADDRESS": "14 Observatory Lane|1012 AB Amsterdam|Netherlands",
        "BILLING_SELLER_VAT_NUMBER": "NL 8123.45.678.B01",
        "BILLING_SELLER_REGISTRATION_NUMBER": "Chamber of Commerce 81234567",
        "BILLING_SELLER_BANK_ACCOUNT": "NL91 EXMP 0417 1643 00",
        "BILLING_TAX_PERCENT": "21",
        "PORTAL_BRAND_NAME": "Larkspur Cloud",
        "PORTAL_SUPPORT_ADDRESS": "support@larkspur.example",
        "PORTICO_DEMO": "1",
        "PORTICO_CLOCK_FILE": str(directory / "clock.json"),
    }
