"""Whether the APIs answer. Workers are seen by the queues that they read."""

import asyncio
import os
from collections.abc import Sequence

import httpx

from deploy.doctor.finding import Check, Finding, See, bad, ok, unknown, warn, why
from deploy.environment import SERVICES

SECONDS = 4.0
SEE = See.processdown


async def apis() -> Sequence[Finding]:
    """Of each service one: a gateway in between answers for all of them."""
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as http:
        return await asyncio.gather(*(_api(http, name) for name in SERVICES))


async def _api(http: httpx.AsyncClient, name: str) -> Finding:
    url = os.environ.get(f"PORTICO_{name.upper()}_URL")
    if not url:
        return unknown(name, f"PORTICO_{name.upper()}_URL is not set here", "Set it to have the API looked at.")
    try:
        answer = await http.get(f"{url.rstrip('/')}/readyz")
    except httpx.HTTPError as error:
        return bad(name, f"does not answer: {why(error)}", "Start it; the end of its log says why it ended.", SEE)
    if answer.status_code != httpx.codes.OK:
        return bad(name, f"is not ready: {answer.status_code}", "Its /readyz and its log say what is missing.", SEE)
    if behind := answer.json().get("not_consumed"):
        return warn(name, f"reads {len(behind)} of its queues not yet", "See /readyz for which.", See.queuenotconsumed)
    return ok(name, "answers and is ready")


CHECKS = (Check("APIs", apis),)
