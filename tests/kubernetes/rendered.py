"""The chart as Helm renders it with some values."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from unittest.mock import patch

import kubernetes_validate
import yaml
from kubernetes_validate.utils import schema_contents

from deploy.environment import ROOT
from deploy.kubernetes.environment import CHART
from deploy.local import helm

EXAMPLES = ROOT / "deploy" / "kubernetes" / "examples"
Manifest = dict[str, Any]

LEAST: dict[str, Any] = {
    "image": {"repository": "registry.larkspur.example/portico"},
    "publicUrl": "https://portal.larkspur.example",
    "secrets": {"existingSecret": "portico-env"},
    "postgresql": {"host": "portico-postgresql-rw"},
    "rabbitmq": {"host": "portico-rabbitmq"},
}
"""What has no default."""

EVERYTHING: dict[str, Any] = LEAST | {
    "settings": {
        "BILLING_SELLER_NAME": "Larkspur Cloud",
        "BILLING_TAX_PERCENT": 21,
        "PORTICO_BACKUP_RECIPIENTS": "age1example",
    },
    "partitions": {"audit": {"audit.on.all": 3}},
    "services": {
        "portal": {"autoscaling": {"enabled": True}, "environment": {"PORTICO_LOG_LEVEL": "DEBUG"}},
        "audit-worker": {"autoscaling": {"enabled": True, "max": 3}},
        "billing-worker": {"autoscaling": {"enabled": True}},
    },
    "init": {
        "enabled": True,
        "provider": "Larkspur Cloud",
        "slug": "larkspur",
        "admin": "robin@larkspur.example",
        "adminName": "Robin Larkspur",
    },
    "route": {"enabled": True, "parentRefs": [{"name": "public", "namespace": "gateways"}]},
    "backup": {"schedule": "15 2 * * *", "to": "/backups", "keep": 14, "claim": "backups"},
    "keda": {"enabled": True},
    "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
}
"""Whatever can be enabled together."""

RESTORING: dict[str, Any] = EVERYTHING | {"restoring": True}
"""While a backup is restored."""


def manifests(values: Mapping[str, Any]) -> list[Manifest]:
    return parsed(*helm_says(json.dumps(values))[0].values())


@cache
def helm_says(values: str) -> tuple[dict[str, str], dict[str, Any]]:
    """As `helm.render`, once for the same values, which are JSON."""
    return helm.render(CHART, json.loads(values))


def parsed(*texts: str) -> list[Manifest]:
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


def of_everything() -> list[Manifest]:
    return manifests(EVERYTHING)


_read_once = cache(schema_contents)


@cache
def validate(manifest: str, version: str) -> None:
    """Against the schemas of a version of Kubernetes. The library reads a megabyte of them each time, and is made to
    remember it."""
    with patch("kubernetes_validate.utils.schema_contents", _read_once):
        kubernetes_validate.validate(json.loads(manifest), version, strict=True)


def kinds(found: list[Manifest], kind: str) -> dict[str, Manifest]:
    """By their names, without the release's."""
    return {each["metadata"]["name"].removeprefix("portico-"): each for each in found if each["kind"] == kind}


def pods(found: list[Manifest]) -> dict[str, Manifest]:
    """The templates of all pods, by the names of Deployments and Jobs."""
    owners = {name: each["spec"] for kind in ("Deployment", "Job") for name, each in kinds(found, kind).items()}
    owners |= {name: each["spec"]["jobTemplate"]["spec"] for name, each in kinds(found, "CronJob").items()}
    return {name: each["template"] for name, each in owners.items()}


def container(pod: Manifest) -> Manifest:
    [only] = pod["spec"]["containers"]
    return dict(only)


def examples() -> dict[str, dict[str, Any]]:
    """The example values, alone and with the files of each size behind them."""
    yours = yaml.safe_load((EXAMPLES / "values.yaml").read_text())
    sizes = {each.stem: yaml.safe_load(each.read_text()) for each in sorted(EXAMPLES.glob("values-*.yaml"))}
    assert not any(yours.keys() & each.keys() for each in sizes.values()), "one would replace the other"
    return {"values": yours} | {name: yours | each for name, each in sizes.items()}
