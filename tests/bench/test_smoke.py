"""`make bench` runs. Its figures are not checked, since a machine that runs tests is busy."""

import os
import subprocess
import sys

import pytest

from deploy.environment import ROOT
from deploy.local.choosing import POSTGRES_URL, RABBITMQ_URL


@pytest.mark.timeout(1500)
@pytest.mark.skipif(bool({POSTGRES_URL, RABBITMQ_URL} & os.environ.keys()), reason="it measures on servers of its own")
def test_every_bench_runs_to_its_end() -> None:
    bench = subprocess.run(
        [sys.executable, "-m", "bench", "--smoke"], cwd=ROOT, capture_output=True, text=True, timeout=1480, check=False
    )

    assert bench.returncode == 0, bench.stderr[-4000:]
    for name in (
        "outbox-relay",
        "event-to-projection",
        "order-to-provisioned",
        "portal-read",
        "pages",
        "hot-reads",
        "lists",
        "tokens",
        "access",
        "exports",
        "billing-run",
        "charging",
        "mrr",
        "footprint",
        "restore",
        "customer-year",
    ):
        assert name in bench.stdout
