"""The portal's settings, and the cookies of browsers."""

from collections.abc import Callable
from typing import Any

import httpx
from cryptography.fernet import Fernet
from pydantic import SecretStr

from services.portal.browser import COOKIE, Browser, Seal
from services.portal.settings import Settings

ORIGIN = "https://portal.larkspur.example"
KEY = Fernet.generate_key().decode()
SEAL = Seal(SecretStr(KEY))
Visit = Callable[..., httpx.AsyncClient]


def settings(**changes: Any) -> Settings:
    services = ("identity", "billing", "provisioning", "notifications", "audit")
    given: dict[str, Any] = {f"{name}_url": f"http://{name}.example" for name in services}
    given |= {"cookie_key": KEY, "public_url": ORIGIN, "rabbitmq_url": None, "log_level": "CRITICAL"}
    given |= {"brand_name": "Larkspur Cloud", "support_address": "support@larkspur.example"}
    return Settings(**(given | changes))


def remembered(client: httpx.AsyncClient) -> Browser:
    """The decrypted content of the browser's cookie."""
    return SEAL.open(client.cookies.get(COOKIE))
