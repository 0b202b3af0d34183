"""The alert rules fire as they should, use metrics that exist, and link to an entry of the operating page."""

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.metrics import MetricWrapperBase

from deploy.environment import ROOT
from deploy.local.promtool import find_promtool
from shared.telemetry import metrics
from shared.telemetry.metrics import REGISTRY

MONITORING = ROOT / "deploy" / "monitoring"
OPERATING = (ROOT / "docs" / "operating.md").read_text()
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]


def promtool(*arguments: str | Path) -> str:
    program = find_promtool()
    assert program, "The tests of the alert rules need promtool: python -m deploy.local.promtool"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def exposed() -> set[str]:
    """The names of Portico's metrics, as /metrics exposes them and queries use them."""
    return {name for metric in REGISTRY.collect() if metric.name.startswith("portico_") for name in _names(metric)}


def _names(metric: Metric) -> list[str]:
    suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "info": ["_info"], "gauge": [""]}
    return [metric.name + suffix for suffix in suffixes[metric.type]]


def test_prometheus_accepts_the_rules_and_the_example_configuration() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", MONITORING / "alerts.yml")
    promtool("check", "config", MONITORING / "prometheus.yml")


def test_every_alert_fires_when_it_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", MONITORING / "alerts_test.yml")

    cases: dict[str, set[bool]] = defaultdict(set)
    for group in yaml.safe_load((MONITORING / "alerts_test.yml").read_text())["tests"]:
        for case in group["alert_rule_test"]:
            cases[case["alertname"]].add(bool(case["exp_alerts"]))
    assert dict(cases) == {rule["alert"]: {True, False} for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_has_a_severity_a_summary_in_a_sentence_and_a_runbook(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert re.fullmatch(r"(\{\{|[A-Z]).+\.", rule["annotations"]["summary"])
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert (page, anchor) == ("docs/operating.md", rule["alert"].lower())
    [entry] = re.findall(rf"^### {rule['alert']}\n\n(.+?)(?=\n#)", OPERATING, re.MULTILINE | re.DOTALL)
    for part in ("**Means**", "**Look**", "**Do**"):
        assert part in entry


def test_the_operating_page_has_no_entry_of_an_alert_that_is_gone() -> None:
    alerts = OPERATING.partition("## Alerts")[2].partition("\n## ")[0]

    assert re.findall(r"^### (\w+)$", alerts, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_alerts_and_the_operating_page_name_only_metrics_that_exist() -> None:
    asked = {name for rule in RULES for name in re.findall(r"portico_\w+", rule["expr"])}

    assert sorted(asked - exposed()) == []
    told = set(re.findall(r"portico_[a-z_]+", OPERATING)) - {"portico_"}
    families = {name.removesuffix("_bucket") for name in exposed() if name.endswith("_bucket")}
    assert sorted(name for name in told - exposed() - families if not name.endswith(("_api", "_worker"))) == []


def test_every_metric_is_in_the_table_of_the_operating_page_with_its_labels() -> None:
    listed = dict(re.findall(r"^\| `(portico_\w+)` \| ?([^|]*?) ?\|", OPERATING, re.MULTILINE))
    defined = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    labels = {_names(each.describe()[0])[0].removesuffix("_bucket"): ", ".join(each._labelnames) for each in defined}

    assert listed == labels | {"portico_build_info": "version"}
