"""Verifying a licence key as the service does, with its claims, beside the bare Ed25519 signature of the same text."""

import time
from collections.abc import Awaitable, Callable
from statistics import median
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from bench.figures import BenchResult, Figure, interleaved, ratio
from bench.installation import BenchInstallation
from services.provisioning.licences.signing import read_key, sign, signing_keys_of

CLAIMS = {
    "licence": str(UUID(int=1)), "generation": 1, "workspace": str(UUID(int=2)), "product": "harbour-gateway",
    "product_name": "Harbour Gateway", "company": "Alder Foundry", "quantity": 3,
    "configuration": {"edition": "Enterprise", "high_availability": True}, "issued_on": "2026-11-24",
    "maintenance_until": "2027-11-23", "valid_until": None,
}  # fmt: skip
TIMES = 2_000


async def run(installed: BenchInstallation) -> BenchResult:
    keys = signing_keys_of(SecretStr(Fernet.generate_key().decode()))
    text = sign(keys, "licence", CLAIMS, key_id=keys.newest)
    private, message = Ed25519PrivateKey.generate(), text.rpartition(".")[0].encode()
    public, signature = private.public_key(), private.sign(message)
    subjects = {
        "key": _per_second(lambda: read_key(keys, text)),
        "bare": _per_second(lambda: public.verify(signature, message)),
    }
    found = await interleaved(installed.sizes.rounds, subjects)
    value = ratio(found["key"], to=found["bare"])
    behind = f"{median(found['key']):,.0f} and {median(found['bare']):,.0f} per second"
    return BenchResult("licences", [Figure("licence keys verified / bare Ed25519", value, at_least=0.4, behind=behind)])


def _per_second(verify: Callable[[], object]) -> Callable[[], Awaitable[float]]:
    async def measure() -> float:
        began = time.perf_counter()
        for _ in range(TIMES):
            verify()
        return TIMES / (time.perf_counter() - began)

    return measure
