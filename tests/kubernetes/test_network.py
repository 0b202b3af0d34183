"""Who may reach whom, as the network policies add up."""

from typing import Any

import pytest

from deploy.environment import SERVICES
from deploy.kubernetes.environment import composed, processes
from tests.kubernetes.rendered import EVERYTHING, Manifest, kinds, manifests, pods

PLACES = {name: [{"namespaceSelector": {"matchLabels": {"is": name}}}] for name in
          ("gateway", "prometheus", "dns", "postgresql", "rabbitmq", "collector")}  # fmt: skip
FOUND = manifests(EVERYTHING | {"networkPolicy": PLACES})
POLICIES = [*kinds(FOUND, "NetworkPolicy").values()]
LABELS = {name: pod["metadata"]["labels"] for name, pod in pods(FOUND).items()}


def chosen(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    exactly = selector.get("matchLabels", {}).items() <= labels.items()
    return exactly and all(labels[each["key"]] in each["values"] for each in selector.get("matchExpressions", []))


def of(name: str, direction: str) -> list[Manifest]:
    """The rules of a pod for "ingress" or "egress"."""
    policies = [each["spec"] for each in POLICIES if chosen(each["spec"]["podSelector"], LABELS[name])]
    assert any(direction.title() in each["policyTypes"] for each in policies), "nothing is refused to it"
    return [rule for each in policies for rule in each.get(direction, [])]


def reached(name: str) -> set[str]:
    """Where the rules let it go: places, and other pods whose own rules let it in."""
    goals = set()
    for rule in of(name, "egress"):
        for peer in rule["to"]:
            if "namespaceSelector" in peer:
                goals |= {f"{peer['namespaceSelector']['matchLabels']['is']}:{each['port']}" for each in rule["ports"]}
            elif "ipBlock" in peer:
                goals |= {f"outside:{each['port']}" for each in rule["ports"]}
            else:
                pods_there = {other for other in LABELS if chosen(peer["podSelector"], LABELS[other])}
                goals |= {other for other in pods_there if name in let_in(other)}
    return goals


def let_in(name: str) -> set[str]:
    """Pods and places whose requests come to its port."""
    found = set()
    for rule in of(name, "ingress"):
        for peer in rule["from"]:
            if "podSelector" in peer:
                found |= {other for other in LABELS if chosen(peer["podSelector"], LABELS[other])}
            else:
                found |= {f"{peer['namespaceSelector']['matchLabels']['is']}:{each['port']}" for each in rule["ports"]}
    return found


ALWAYS = {"dns:53", "collector:4318"}


def test_the_portal_reaches_the_apis_and_the_broker_and_no_database() -> None:
    assert reached("portal") - ALWAYS == {*SERVICES, "rabbitmq:5672"}


@pytest.mark.parametrize("name", sorted(processes()))
def test_a_process_reaches_the_servers_whose_addresses_it_is_told(name: str) -> None:
    said = composed()[name]["environment"]

    servers = {each.partition(":")[0] for each in reached(name)} & {"postgresql", "rabbitmq"}

    knows = {"postgresql": "_DATABASE_URL", "rabbitmq": "_RABBITMQ_URL"}
    assert servers == {server for server, ending in knows.items() if any(each.endswith(ending) for each in said)}


@pytest.mark.parametrize("name", sorted({f"{service}{kind}" for service in SERVICES for kind in ("", "-worker")}))
def test_a_service_asks_identity_and_no_other_service(name: str) -> None:
    assert reached(name) & LABELS.keys() == {"identity"}


def test_only_who_has_business_outside_leaves_the_cluster() -> None:
    outside = {name: {each for each in reached(name) if each.startswith("outside:")} for name in LABELS}

    https = {"outside:443"}
    assert {name: ports for name, ports in outside.items() if ports} == {
        "billing": https, "billing-worker": https, "provisioning": https, "provisioning-worker": https,
        "notifications-worker": {"outside:25", "outside:465", "outside:587"}, "backup": https, "admin": https,
    }  # fmt: skip


def test_the_gateway_reaches_the_portal_and_the_apis_alone() -> None:
    assert {name for name in LABELS if "gateway:8000" in let_in(name)} == {"portal", *SERVICES}


def test_prometheus_reaches_the_metrics_of_all_and_nothing_else_of_them() -> None:
    for name in processes():
        assert {each for each in let_in(name) if each.startswith("prometheus")} == {"prometheus:9464"}


def test_management_is_for_the_jobs_alone() -> None:
    assert {name for name in LABELS if "rabbitmq:15672" in reached(name)} == {
        "migrate", "init", "commands", "backup", "admin",
    }  # fmt: skip
