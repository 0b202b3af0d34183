"""The examples of servers are those that the example values and the page name."""

import re
from typing import Any

from deploy.environment import ROOT
from deploy.local.server import PLUGINS
from docs.capacity import PROCESSES, Process
from tests.kubernetes.rendered import EXAMPLES, Manifest, examples, of_everything, parsed

PAGE = (ROOT / "docs" / "kubernetes.md").read_text()
VALUES: dict[str, Any] = examples()["values"]


def of(file: str, kind: str) -> Manifest:
    [found] = [each for each in parsed((EXAMPLES / file).read_text()) if each["kind"] == kind]
    return found


def test_the_values_reach_the_servers_of_the_examples() -> None:
    postgres, rabbitmq = (
        of("postgresql.yaml", "Cluster")["metadata"],
        of("rabbitmq.yaml", "RabbitmqCluster")["metadata"],
    )

    assert VALUES["postgresql"]["host"] == f"{postgres['name']}-rw.{postgres['namespace']}"
    assert VALUES["rabbitmq"]["host"] == f"{rabbitmq['name']}.{rabbitmq['namespace']}"
    for peers in (VALUES["networkPolicy"]["postgresql"], VALUES["networkPolicy"]["rabbitmq"]):
        [[(label, namespace)]] = [peer["namespaceSelector"]["matchLabels"].items() for peer in peers]
        assert (label, namespace) == ("kubernetes.io/metadata.name", postgres["namespace"])


def test_the_admin_of_the_example_may_make_databases_and_back_them_up_and_is_the_one_of_the_values() -> None:
    [admin] = of("postgresql.yaml", "Cluster")["spec"]["managed"]["roles"]

    assert VALUES["postgresql"]["adminUser"] == admin["name"]
    assert admin["login"] is admin["createdb"] is admin["createrole"] is True
    assert admin["bypassrls"] is True, "a backup reads all rows"
    assert admin["inRoles"] == ["pg_read_all_data"]
    assert "superuser" not in admin
    assert f"create secret generic {admin['passwordSecret']['name']}" in PAGE


def test_postgresql_takes_the_connections_of_processes_that_run_twice() -> None:
    parameters = of("postgresql.yaml", "Cluster")["spec"]["postgresql"]["parameters"]

    opened = sum(2 * Process(name, 0, 0, scaled=False).connections for name in PROCESSES)
    assert int(parameters["max_connections"]) >= opened * 1.1


def test_the_backups_go_where_the_example_says() -> None:
    cluster, store = of("postgresql.yaml", "Cluster"), of("postgresql.yaml", "ObjectStore")
    backup = of("postgresql.yaml", "ScheduledBackup")["spec"]

    [plugin] = cluster["spec"]["plugins"]
    assert plugin["parameters"]["barmanObjectName"] == store["metadata"]["name"]
    assert backup["cluster"]["name"] == cluster["metadata"]["name"]
    assert backup["pluginConfiguration"]["name"] == plugin["name"]


def test_rabbitmq_has_the_plugins_that_portico_needs() -> None:
    brought = {"rabbitmq_management"}  # by the operator, always

    assert brought | {*of("rabbitmq.yaml", "RabbitmqCluster")["spec"]["rabbitmq"]["additionalPlugins"]} >= {*PLUGINS}


def test_the_page_names_files_that_there_are() -> None:
    named = set(re.findall(r"deploy/(?:kubernetes|containers)/[\w./-]+\.(?:yaml|py)", PAGE))

    assert {f"deploy/kubernetes/examples/{name}" for name in ("postgresql.yaml", "rabbitmq.yaml")} <= named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_page_names_objects_that_the_chart_makes() -> None:
    made = {f"{each['kind'].lower()}/{each['metadata']['name']}" for each in of_everything()}

    named = set(re.findall(r"\b(?:deployment|cronjob|scaledobject|job)/portico-[a-z-]+", PAGE))
    assert named - made == {"job/portico-backup-try"}, "made on the page itself"
