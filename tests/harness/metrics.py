"""Reads the metrics of this process."""

import httpx

from shared.telemetry.metrics import REGISTRY


def sample(metric: str, /, **labels: str) -> float:
    """One value as a scrape would read it; 0 if there is none yet. Tests share a process, so compare with the value
    before."""
    return REGISTRY.get_sample_value(metric, labels) or 0.0


async def scrape(port: int) -> str:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).raise_for_status().text
