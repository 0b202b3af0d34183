"""What docker-compose.yml tells each container, read from the file itself."""

import re
from ipaddress import ip_network
from typing import Any

import pytest
import yaml

from deploy.connections import needed, replicas_of
from deploy.containers.rolling import ROLLED, STOP_SECONDS
from deploy.environment import ROOT, SERVICES
from deploy.local.server import PLUGINS
from deploy.serving.options import server_options

FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DEMO: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.demo.yml").read_text())
COMPOSED: dict[str, Any] = FILE["services"]
SERVED = {name for name, each in COMPOSED.items() if each.get("command", [None])[0] == "serve"}
RUNNING = sorted(set(COMPOSED) - {"migrate", "portico", "backup"})
USER = re.compile(r"amqp://(\w+):")


def told(name: str) -> dict[str, str]:
    """Each variable of a container with its value, before compose fills in the secrets."""
    return {variable: str(value or "") for variable, value in COMPOSED[name].get("environment", {}).items()}


def broker_users(name: str) -> list[str]:
    return [user for value in told(name).values() for user in USER.findall(value)]


@pytest.mark.parametrize("name", RUNNING)
def test_no_running_process_knows_an_admin(name: str) -> None:
    servers_own = {"postgres": "${POSTGRES_FIRST_PASSWORD:?secret}", "rabbitmq": "${RABBITMQ_FIRST_PASSWORD:?secret}"}

    admins = [variable for variable, value in told(name).items() if "_ADMIN_" in variable
              or re.search(r"(POSTGRES|RABBITMQ)_PASSWORD", value)
              or any(password in value for server, password in servers_own.items() if server != name)]  # fmt: skip

    assert admins == []


def test_migrate_and_backup_alone_may_make_databases_and_the_commands_see_dead_letters() -> None:
    for name in ("migrate", "backup"):
        assert {variable for variable in told(name) if "_ADMIN_" in variable} == {
            "PORTICO_ADMIN_DATABASE_URL", "PORTICO_ADMIN_RABBITMQ_URL", "PORTICO_ADMIN_RABBITMQ_API_URL"
        }  # fmt: skip
    assert {variable for variable in told("portico") if "_ADMIN_" in variable} == {
        "PORTICO_ADMIN_RABBITMQ_URL", "PORTICO_ADMIN_RABBITMQ_API_URL"
    }  # fmt: skip


def test_a_worker_and_the_portal_know_one_broker_user_their_own_and_nobody_else_knows_any() -> None:
    workers = {f"{service}-worker": [f"portico_{service}"] for service in SERVICES}

    known = {name: users for name in RUNNING if (users := broker_users(name))}

    assert known == workers | {"portal": ["portico_portal"]}


@pytest.mark.parametrize("name", sorted(SERVED))
def test_a_process_knows_the_database_of_its_own_service_alone(name: str) -> None:
    service = name.removesuffix("-worker")

    databases = {variable for variable in told(name) if "DATABASE_URL" in variable}

    own = {f"{service.upper()}_{kind}DATABASE_URL" for kind in ("", "WORKER_", "DIRECT_")}
    assert databases == (set() if service == "portal" else own)


def test_every_process_runs_as_often_as_its_setting_says_and_the_rolling_upgrade_knows_it() -> None:
    often = {name: each["deploy"]["replicas"] for name, each in COMPOSED.items() if "deploy" in each}

    assert often == {name: f"${{{name.upper().replace('-', '_')}_REPLICAS:-1}}" for name in SERVED}
    assert set(ROLLED) == SERVED


def test_a_container_has_the_time_to_leave_before_it_is_killed() -> None:
    [leaving] = {told(name)["PORTICO_LEAVING_SECONDS"] for name in SERVED}
    [patience] = {COMPOSED[name]["stop_grace_period"] for name in SERVED}

    given = int(leaving.removeprefix("${PORTICO_LEAVING_SECONDS:-").removesuffix("}"))
    assert (
        int(patience.removesuffix("s"))
        == STOP_SECONDS
        >= given + server_options("billing")["timeout_graceful_shutdown"] + 10
    )


def test_postgresql_has_connections_enough_for_one_of_each_process() -> None:
    [*_, most] = COMPOSED["postgres"]["command"]

    default = int(most.removeprefix("max_connections=${POSTGRES_MAX_CONNECTIONS:-").removesuffix("}"))
    assert default >= needed(replicas_of({}), {})


def folders(service: dict[str, Any]) -> set[str]:
    """Where the container has volumes of Portico's own files."""
    found = (mounted.split(":")[1] for mounted in service.get("volumes", []))
    return {folder for folder in found if folder.startswith("/var/lib/portico")}


@pytest.mark.parametrize("name", sorted(DEMO["services"]))
def test_the_demo_leaves_each_container_its_files_where_others_look_for_them(name: str) -> None:
    assert not folders(DEMO["services"][name]) & folders(COMPOSED[name])


def test_every_folder_of_files_belongs_to_the_user_who_writes_there() -> None:
    """A new volume takes its owner from the folder of the image where it is mounted first."""
    made = re.search(r"install -d -o portico -g portico (.+)", (ROOT / "deploy/Dockerfile").read_text())
    used = set().union(*map(folders, [*COMPOSED.values(), *DEMO["services"].values()]))

    assert made
    assert set(made.group(1).split()) == used


def test_rabbitmq_has_the_plugins_that_portico_needs() -> None:
    [mounted] = [each for each in COMPOSED["rabbitmq"]["volumes"] if "enabled_plugins" in each]
    source, target, mode = mounted.split(":")

    plugins = re.findall(r"\w+", (ROOT / source).read_text())

    assert set(plugins) == set(PLUGINS)
    assert (target, mode) == ("/etc/rabbitmq/enabled_plugins", "ro")


def test_prometheus_asks_every_process_at_the_port_where_it_answers() -> None:
    configuration = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text())
    [[asked]] = [job["dns_sd_configs"] for job in configuration["scrape_configs"]]

    assert set(asked["names"]) == SERVED
    assert {told(name)["PORTICO_METRICS_PORT"] for name in SERVED} == {str(asked["port"])}
    assert {told(name)["PORTICO_METRICS_HOST"] for name in SERVED} == {"0.0.0.0"}


@pytest.mark.rule("S15")
def test_a_process_believes_the_containers_about_where_a_request_comes_from_and_nobody_else() -> None:
    subnets = {each["ipam"]["config"][0]["subnet"] for each in FILE["networks"].values()}
    also = "${PORTICO_TRUSTED_PROXIES:+,${PORTICO_TRUSTED_PROXIES-}}"

    for name in SERVED:
        trusted = told(name)["PORTICO_TRUSTED_PROXIES"]
        assert trusted.endswith(also)
        assert set(trusted.removesuffix(also).split(",")) == subnets
        assert not {"FORWARDED_ALLOW_IPS"} & told(name).keys()
    assert all(ip_network(subnet.split(":-")[1].rstrip("}")).is_private for subnet in subnets)


@pytest.mark.rule("S15")
def test_the_gateway_believes_nobody_about_where_a_request_comes_from() -> None:
    gateway = yaml.safe_load((ROOT / "deploy/gateway/traefik.yml").read_text())

    told_by = [each.get("forwardedHeaders", {}) for each in gateway["entryPoints"].values()]

    assert all(not each.get("insecure") and not each.get("trustedIPs") for each in told_by)
