"""Each process of the chart is told what docker-compose.yml tells it, and no other secret."""

import re
from typing import Any

import pytest

from deploy.kubernetes import environment
from deploy.kubernetes.environment import CHART, composed, containers, processes
from tests.kubernetes.rendered import EVERYTHING, container, of_everything, pods

SECRET = re.compile(r"\$\{(\w+):\?secret\}")
NAMES = {"portico": "commands"}
"""Containers of compose that have another name in the chart."""
BY_NAME = sorted(containers())


def told(name: str) -> dict[str, dict[str, Any]]:
    """The variables of a container of the chart."""
    entries = container(pods(of_everything())[NAMES.get(name, name)]).get("env", [])
    assert len({each["name"] for each in entries}) == len(entries), "a variable comes twice"
    return {each["name"]: each for each in entries}


def keys(name: str) -> set[str]:
    """The keys of the Secret that a container of the chart gets."""
    found = [each.get("valueFrom", {}).get("secretKeyRef") for each in told(name).values()]
    assert {each["name"] for each in found if each} <= {"portico-env"}
    return {each["key"] for each in found if each}


def test_the_written_files_are_those_of_docker_compose() -> None:
    stale = "python3 -m deploy.kubernetes.environment writes them anew"

    assert environment.FILE.read_text() == environment.written(), stale
    assert environment.SCHEMA.read_text() == environment.schema(), stale


@pytest.mark.parametrize("name", BY_NAME)
def test_a_container_gets_the_secrets_that_compose_tells_it_and_no_others(name: str) -> None:
    said = composed()[name]["environment"]
    asked = {key for value in said.values() for key in SECRET.findall(str(value or ""))}
    handed = {variable for variable in said if variable in environment.SECRET_SETTINGS}

    assert keys(name) == asked | handed


@pytest.mark.parametrize("name", BY_NAME)
def test_a_container_gets_the_variables_that_compose_tells_it_and_no_others(name: str) -> None:
    said = composed()[name]["environment"]
    passwords = {key for value in said.values() for key in SECRET.findall(str(value or ""))}
    values = EVERYTHING["settings"].keys() | {"AUDIT_PARTITIONS"}
    more = EVERYTHING["services"].get(name, {}).get("environment", {})

    wanted = {
        variable
        for variable, value in said.items()
        if value is not None or variable in values or variable in environment.SECRET_SETTINGS
    }
    assert told(name).keys() == wanted | passwords | more.keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_a_value_refers_only_to_variables_that_stand_before_it(name: str) -> None:
    entries = container(pods(of_everything())[NAMES.get(name, name)])["env"]

    for number, entry in enumerate(entries):
        before = {each["name"] for each in entries[:number]}
        assert set(re.findall(r"\$\((\w+)\)", entry.get("value", ""))) <= before, entry


def test_addresses_are_those_of_the_cluster() -> None:
    found = {name: each.get("value") for name, each in told("audit-worker").items()}

    assert found["AUDIT_WORKER_DATABASE_URL"] == (
        "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@portico-postgresql-rw:5432/portico_audit"
    )
    assert found["AUDIT_RABBITMQ_URL"] == "amqp://portico_audit:$(AUDIT_BROKER_PASSWORD)@portico-rabbitmq:5672/portico"
    assert found["PORTICO_IDENTITY_URL"] == "http://portico-identity:8000"
    assert found["AUDIT_PARTITIONS"] == '{"audit.on.all":3}'
    assert told("portal")["PORTICO_LOG_LEVEL"]["value"] == "DEBUG"
    assert told("migrate")["PORTICO_ADMIN_RABBITMQ_API_URL"]["value"] == "http://portico-rabbitmq:15672"
    assert told("billing")["BILLING_TAX_PERCENT"]["value"] == "21"


@pytest.mark.parametrize("name", sorted(processes()))
def test_a_process_runs_the_command_of_compose_and_answers_the_kubelet(name: str) -> None:
    command, arguments = composed()[name]["command"], container(pods(of_everything())[name])["args"]

    assert arguments[: len(command)] == command
    assert arguments[arguments.index("--host") + 1] == "0.0.0.0"


def test_the_jobs_run_the_commands_of_compose() -> None:
    jobs = pods(of_everything())

    assert container(jobs["migrate"])["args"] == composed()["migrate"]["command"]
    said = [each.partition("=")[0] for each in composed()["init"]["command"]]
    assert [each.partition("=")[0] for each in container(jobs["init"])["args"]] == said
    assert "--provider=Larkspur Cloud" in container(jobs["init"])["args"]


def test_a_service_has_its_files_where_compose_has_them() -> None:
    for name, each in processes().items():
        mounts = container(pods(of_everything())[name])["volumeMounts"]
        paths = {mount["mountPath"] for mount in mounts}
        assert paths == {"/tmp", *(volume.split(":")[1] for volume in each.get("volumes", []))}, name
    mounts = {each["mountPath"] for each in container(pods(of_everything())["commands"])["volumeMounts"]}
    assert mounts == {"/tmp", *(volume.split(":")[1] for volume in composed()["portico"]["volumes"])}


def test_the_admins_pod_is_told_what_a_backup_is() -> None:
    backup, admin = (container(pods(of_everything())[name])["env"] for name in ("backup", "admin"))

    assert admin == backup


def test_the_chart_has_the_version_of_the_project() -> None:
    text, project = (CHART / "Chart.yaml").read_text(), (environment.ROOT / "pyproject.toml").read_text()
    [version] = re.findall(r'^version = "(.+)"$', project, re.MULTILINE)

    assert re.findall(r"^(?:appV|v)ersion: (.+)$", text, re.MULTILINE) == [version, version]
