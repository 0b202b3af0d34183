"""How a process answers HTTP, how long it waits, and which proxies it believes about where a request comes from."""

import os
from ipaddress import IPv4Network, ip_network
from typing import Any

from deploy.environment import OperatorError, own_or_shared
from deploy.serving.request_heads import LimitedHeads

LOOPBACK = "127.0.0.1, ::1"


LONGEST_SECONDS = 3600


class NotSeconds(OperatorError):
    """A duration in the environment is no number, or out of range."""


class NotANetwork(OperatorError):
    """A trusted proxy is not named by its address or network."""


def trusted_proxies(process: str) -> list[str]:
    """The networks of ``<PROCESS>_TRUSTED_PROXIES`` or ``PORTICO_TRUSTED_PROXIES``, by default this machine alone.

    Of ``X-Forwarded-For`` uvicorn takes the last address that is in none of them: each proxy appends the address that
    it saw, and whoever is in front of the first trusted one may have written the rest. Raises `NotANetwork`."""
    name = f"{process.upper()}_TRUSTED_PROXIES"
    named = os.environ.get(name) or os.environ.get("PORTICO_TRUSTED_PROXIES") or LOOPBACK
    return [form for part in named.split(",") for form in _forms(part.strip())]


def _forms(named: str) -> list[str]:
    try:
        network = ip_network(named)
    except ValueError:
        raise NotANetwork(
            f"TRUSTED_PROXIES has {named!r}. Write addresses or networks, such as 10.0.7.0/24, with commas between."
        ) from None
    if network.prefixlen == 0:
        raise NotANetwork(f"TRUSTED_PROXIES has {named}. If everybody is believed, each request names its own origin.")
    mapped = [f"::ffff:{network.network_address}/{96 + network.prefixlen}"] if isinstance(network, IPv4Network) else []
    return [str(network), *mapped]  # a proxy with a dual-stack socket sees IPv4 addresses in the mapped form


def seconds_of(process: str, name: str, default: float) -> float:
    """``<PROCESS>_<NAME>`` or ``PORTICO_<NAME>``, in seconds. Raises `NotSeconds`."""
    given = own_or_shared(process, name)
    try:
        seconds = float(given) if given else default
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise NotSeconds(f"{name} is {given!r}. Write seconds from 0 to {LONGEST_SECONDS}.")
    return seconds


def server_options(process: str) -> dict[str, Any]:
    """What uvicorn is told for each process, besides where to listen. Raises `NotANetwork`."""
    return {
        "log_config": None,  # shared.logs has set up one format for all
        "access_log": False,  # our own log line has the route and leaves out the query, which may contain a secret
        "http": LimitedHeads,
        "server_header": False,
        "timeout_graceful_shutdown": 20,
        "forwarded_allow_ips": trusted_proxies(process),
    }
