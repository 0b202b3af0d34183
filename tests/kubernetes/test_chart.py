"""What Helm makes of the chart: valid manifests, hardened pods, and nothing reached that is not needed."""

import json
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from deploy.environment import ROOT, SERVICES
from deploy.kubernetes.environment import SCHEMA, composed, processes
from deploy.local import helm
from tests.kubernetes.rendered import (
    CHART,
    EVERYTHING,
    LEAST,
    RESTORING,
    Manifest,
    container,
    examples,
    helm_says,
    kinds,
    manifests,
    of_everything,
    pods,
    validate,
)

VERSIONS = ("1.29", "1.33", "1.37")
"""The oldest that the chart takes, and the newest that there are schemas of."""
OF_OTHERS = {
    ("HTTPRoute", "gateway.networking.k8s.io/v1"),
    ("PodMonitor", "monitoring.coreos.com/v1"),
    ("ScaledObject", "keda.sh/v1alpha1"),
}
"""Kinds that Kubernetes itself does not have: their shape is looked at here, below."""
INGRESS = LEAST | {"ingress": {"enabled": True, "className": "nginx", "tlsSecret": "portal-tls"}}
CHOICES: dict[str, dict[str, Any]] = {
    "least": LEAST, "everything": EVERYTHING, "ingress": INGRESS, "restoring": RESTORING,
} | examples()  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("choice", CHOICES)
def test_every_manifest_is_valid(choice: str, version: str) -> None:
    found = manifests(CHOICES[choice])

    assert len(found) > 30
    for each in found:
        if (each["kind"], each["apiVersion"]) not in OF_OTHERS:
            validate(json.dumps(each), version)


def test_a_manifest_that_is_not_valid_is_found() -> None:
    [service] = [each for name, each in kinds(of_everything(), "Service").items() if name == "portal"]

    with pytest.raises(kubernetes_validate.ValidationError):
        validate(json.dumps(service | {"spec": service["spec"] | {"port": 8000}}), VERSIONS[-1])


@pytest.mark.parametrize("choice", CHOICES)
def test_lint_finds_nothing(choice: str) -> None:
    report = helm_says(json.dumps(CHOICES[choice]))[1]

    assert report["errors"] == []
    assert [each["error"] for each in report["messages"]] == ["icon is recommended"]


def test_the_schema_is_one_and_refuses_what_there_is_not() -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    wrong: list[tuple[dict[str, Any], str]] = [
        (LEAST | {"servics": {}}, "servics"),
        (LEAST | {"services": {"reporting": {}}}, "reporting"),
        (LEAST | {"services": {"portal": {"replica": 2}}}, "replica"),
        (LEAST | {"settings": {"BILLING_SELLER_NAM": "Larkspur"}}, "BILLING_SELLER_NAM"),
        (LEAST | {"settings": {"PORTICO_SERVICE_KEY": "a secret in values"}}, "PORTICO_SERVICE_KEY"),
        (LEAST | {"partitions": {"audit": {"audit.on.all": 65}}}, "partitions"),
        (LEAST | {"networkPolicy": {"gateway": []}}, "gateway"),
        (LEAST | {"publicUrl": "portal.larkspur.example"}, "publicUrl"),
    ]
    for values, word in wrong:
        with pytest.raises(helm.Refused, match=word):
            helm.render(CHART, values)


@pytest.mark.parametrize("name", LEAST)
def test_what_has_no_default_is_asked_for(name: str) -> None:
    with pytest.raises(helm.Refused, match=name):
        helm.render(CHART, {key: value for key, value in LEAST.items() if key != name})


def test_a_route_and_an_ingress_exclude_each_other() -> None:
    with pytest.raises(helm.Refused, match="enable one of them"):
        helm.render(CHART, INGRESS | {"route": EVERYTHING["route"]})


@pytest.mark.parametrize("name", sorted(pods(of_everything())))
def test_a_pod_may_do_nothing_that_a_restricted_namespace_forbids(name: str) -> None:
    pod = pods(of_everything())[name]
    one = container(pod)

    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert pod["spec"]["enableServiceLinks"] is False, "the cluster's PORTICO_METRICS_PORT=tcp://… would be a setting"
    assert {"memory"} == one["resources"]["limits"].keys()
    assert all(key in one["resources"]["requests"] for key in ("cpu", "memory"))
    volumes = {kind for volume in pod["spec"].get("volumes", []) for kind in volume.keys() - {"name"}}
    assert volumes <= {"emptyDir", "persistentVolumeClaim", "ephemeral"}


def test_each_process_of_compose_is_a_deployment_with_a_budget_and_probes() -> None:
    found = of_everything()

    assert kinds(found, "Deployment").keys() == processes().keys() | {"commands", "admin"}
    assert kinds(found, "PodDisruptionBudget").keys() == processes().keys()
    for name in processes():
        one = container(pods(found)[name])
        paths = {one[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness")}
        assert (paths, one["readinessProbe"]["httpGet"]["path"]) == ({"/healthz"}, "/readyz")
        seconds = int(composed()[name]["stop_grace_period"].removesuffix("s"))
        assert pods(found)[name]["spec"]["terminationGracePeriodSeconds"] >= seconds + 5


@pytest.mark.parametrize("name", ["commands", "admin"])
def test_whoever_knows_all_secrets_does_not_run_unless_asked_for(name: str) -> None:
    assert kinds(of_everything(), "Deployment")[name]["spec"]["replicas"] == 0


def test_the_migration_runs_before_everything_else() -> None:
    jobs = kinds(of_everything(), "Job")

    assert jobs["migrate"]["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert jobs["init"]["metadata"]["annotations"]["helm.sh/hook"] == "post-install"
    before = {"ServiceAccount", "PersistentVolumeClaim"}
    spec = jobs["migrate"]["spec"]["template"]["spec"]
    assert "serviceAccountName" not in spec, f"{before} are not there yet"
    assert [volume["name"] for volume in spec["volumes"]] == ["tmp"]


def _paths(found: list[Manifest]) -> dict[str, str]:
    """The processes by the prefixes that a route sends to them."""
    [route] = [*kinds(found, "HTTPRoute").values()] or [None]
    if route:
        return {rule["matches"][0]["path"]["value"]: rule["backendRefs"][0]["name"] for rule in route["spec"]["rules"]}
    [ingress] = kinds(found, "Ingress").values()
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    return {each["path"]: each["backend"]["service"]["name"] for each in paths}


@pytest.mark.parametrize("choice", ["everything", "ingress"])
def test_the_paths_are_those_of_the_gateway_of_compose(choice: str) -> None:
    routers = yaml.safe_load((ROOT / "deploy/gateway/routes.yml").read_text())["http"]["routers"]
    prefixes = {name: routers[name]["rule"].split("`")[1] for name in ("portal", *SERVICES)}

    found = _paths(manifests(CHOICES[choice]))

    wanted = {prefix.rstrip("/") or "/": f"portico-{name}" for name, prefix in prefixes.items()}
    assert found == wanted
    assert list(found)[-1] == "/", "the longest first, for gateways that go by order"


def test_workers_are_scaled_by_processor_and_by_each_part_of_a_divided_queue() -> None:
    found = kinds(of_everything(), "ScaledObject")

    triggers = found["audit-worker"]["spec"]["triggers"]
    assert [each["type"] for each in triggers] == ["cpu", "rabbitmq", "rabbitmq", "rabbitmq"]
    queues = [each["metadata"]["queueName"] for each in triggers[1:]]
    assert queues == ["audit.on.all.0", "audit.on.all.1", "audit.on.all.2"]
    assert {each["metadata"]["hostFromEnv"] for each in triggers[1:]} == {"AUDIT_RABBITMQ_URL"}
    assert [each["type"] for each in found["billing-worker"]["spec"]["triggers"]] == ["cpu"]
    assert "replicas" not in kinds(of_everything(), "Deployment")["audit-worker"]["spec"]
    assert kinds(of_everything(), "HorizontalPodAutoscaler").keys() == {"portal"}


def test_without_keda_workers_are_scaled_by_processor() -> None:
    found = manifests(EVERYTHING | {"keda": {"enabled": False}})

    assert kinds(found, "HorizontalPodAutoscaler").keys() == {"portal", "audit-worker", "billing-worker"}
    assert kinds(found, "ScaledObject") == {}


def test_prometheus_reads_every_process_with_the_labels_that_alerts_ask_for() -> None:
    [monitor] = kinds(of_everything(), "PodMonitor").values()

    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    assert {each["targetLabel"] for each in endpoint["relabelings"]} == {"job", "process", "service"}
    ports = {port["name"]: port["containerPort"] for port in container(pods(of_everything())["audit"])["ports"]}
    assert str(ports[endpoint["port"]]) == composed()["audit"]["environment"]["PORTICO_METRICS_PORT"]
