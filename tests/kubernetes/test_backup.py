"""Backups by the chart: when they are made, of what, and what runs while one is restored."""

import pytest

from deploy.kubernetes.environment import processes
from deploy.local import helm
from tests.kubernetes.rendered import (
    CHART,
    EVERYTHING,
    LEAST,
    RESTORING,
    container,
    kinds,
    manifests,
    of_everything,
    pods,
)


def test_no_backup_is_made_until_a_schedule_says_when() -> None:
    assert kinds(manifests(LEAST), "CronJob") == {}


def test_a_backup_is_made_as_often_as_the_schedule_says_and_never_twice_at_once() -> None:
    made = kinds(of_everything(), "CronJob")["backup"]["spec"]

    assert made["schedule"] == EVERYTHING["backup"]["schedule"]
    assert made["concurrencyPolicy"] == "Forbid"
    assert made["suspend"] is False
    assert container(pods(of_everything())["backup"])["args"] == ["backup", "--to=/backups", "--erased", "--keep=14"]


@pytest.mark.parametrize("name", ["backup", "admin"])
def test_it_has_the_folders_of_files_and_the_one_of_the_backups(name: str) -> None:
    pod = pods(of_everything())[name]

    claims = {each["name"]: each["persistentVolumeClaim"]["claimName"] for each in pod["spec"]["volumes"]
              if "persistentVolumeClaim" in each}  # fmt: skip
    folders = {each["mountPath"]: claims[each["name"]] for each in container(pod)["volumeMounts"]
               if each["name"] in claims}  # fmt: skip
    assert folders == {
        "/var/lib/portico": "portico-billing-files",
        "/var/lib/portico-provisioning": "portico-provisioning-files",
        "/backups": "backups",
    }


@pytest.mark.parametrize("wrong", [{"to": ""}, {"to": "/backups", "claim": ""}, {"to": "/tmp"}, {"schedule": "daily"}])
def test_a_backup_that_would_go_nowhere_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(helm.Refused, match="backup"):
        helm.render(CHART, EVERYTHING | {"backup": EVERYTHING["backup"] | wrong})


def test_a_backup_that_nobody_could_read_is_refused() -> None:
    settings = {name: value for name, value in EVERYTHING["settings"].items() if name != "PORTICO_BACKUP_RECIPIENTS"}

    with pytest.raises(helm.Refused, match="PORTICO_BACKUP_RECIPIENTS"):
        helm.render(CHART, EVERYTHING | {"settings": settings})


def test_while_a_backup_is_restored_nothing_else_of_portico_runs() -> None:
    found = manifests(RESTORING)
    running = {name: each["spec"]["replicas"] for name, each in kinds(found, "Deployment").items()}

    assert running == {name: 0 for name in (*processes(), "commands")} | {"admin": 1}
    assert kinds(found, "HorizontalPodAutoscaler") == kinds(found, "ScaledObject") == {}
    assert kinds(found, "CronJob")["backup"]["spec"]["suspend"] is True
    assert kinds(found, "Job").keys() == {"migrate"}, "an installation with a provider is not empty"


def test_a_restore_has_room_for_the_dumps() -> None:
    [work] = [each for each in pods(of_everything())["admin"]["spec"]["volumes"] if each["name"] == "work"]

    assert work["ephemeral"]["volumeClaimTemplate"]["spec"]["resources"] == {"requests": {"storage": "50Gi"}}
