"""A private node of the installed RabbitMQ, in a folder, with its own port mapper, so that it clashes with no other."""

import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from deploy.local.processes import ChildProcess, CouldNotStart, spawn
from deploy.local.server import PLUGINS, RabbitMQ

LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"
FEW_THREADS = "+S 2:2 +sbwt none"  # idle schedulers would busy-wait, and starve the other processes
SPARING = """\
management.rates_mode = none
management.disable_stats = true
management_agent.disable_metrics_collector = true
disk_free_limit.absolute = 50MB
"""
"""Turns off the statistics of these nodes, which nobody reads and which cost processor time."""


class PrivateRabbitMQ(RabbitMQ):
    """Besides AMQP and management it needs a port for Erlang's distribution, and one for the port mapper (epmd)."""

    def __init__(
        self,
        directory: Path,
        password: str,
        port: int,
        management_port: int,
        distribution_port: int,
        mapper_port: int,
    ) -> None:
        super().__init__(password, port, management_port)
        self.distribution_port, self.mapper_port = distribution_port, mapper_port
        self.directory = directory / "rabbitmq"
        self.logs = directory / "log"
        self.mapper: ChildProcess | None = None

    @property
    def node_name(self) -> str:
        return "portico@localhost"

    def begin(self) -> None:
        self._write_configuration()
        # epmd is started first, since a node that finds none would start one that outlives it.
        self.mapper = self._begin_mapper()
        self.child = spawn("RabbitMQ", [_binary("rabbitmq-server")], self.logs / "rabbitmq.log", self._environment())

    def _begin_mapper(self) -> ChildProcess | None:
        mapper = [str(_epmd()), "-address", "127.0.0.1", "-port", str(self.mapper_port)]
        return spawn("epmd", mapper, self.logs / "epmd.log", self._environment())

    def stop(self) -> None:
        for child in (self.child, self.mapper):
            if child is not None:
                child.stop()

    def forget(self) -> None:
        """Kill it: with the management plugin RabbitMQ 3.10 takes 6 s to stop, 5 of them idle."""
        for child in (self.child, self.mapper):
            if child is not None:
                child.kill()

    def answers(self) -> bool:
        return speaks_amqp(self.port)

    def control(self, *arguments: str) -> str:
        """The output of a `rabbitmqctl` command to this node."""
        done = subprocess.run(
            [_binary("rabbitmqctl"), "--quiet", *arguments],
            env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise CouldNotStart(f"rabbitmqctl {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def _write_configuration(self) -> None:
        for folder in ("home", "data"):
            (self.directory / folder).mkdir(parents=True, exist_ok=True)
        cookie = self.directory / "home" / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(16))
        (self.directory / "enabled_plugins").write_text(f"[{','.join(PLUGINS)}].\n")
        (self.directory / "rabbitmq.conf").write_text(self.configuration())

    def configuration(self) -> str:
        """The content of rabbitmq.conf."""
        return (
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "management.tcp.ip = 127.0.0.1\n"
            f"management.tcp.port = {self.management_port}\n"
            "log.console = true\n"
            "log.file = false\n"
            f"{SPARING}"
        )

    def _environment(self) -> dict[str, str]:
        folder = self.directory
        outside = {name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")}
        return outside | {
            "HOME": str(folder / "home"),  # for the Erlang cookie
            "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.node_name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.logs),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_DEFAULT_USER": self.user,
            "RABBITMQ_DEFAULT_PASS": self.password,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{FEW_THREADS} {LOOPBACK_ONLY}",
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then execs the node, so that our signals reach it
        }


def speaks_amqp(port: int) -> bool:
    """Whether the node answers the protocol header: its port opens seconds before it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(7)[:1] == b"\x01"
    except OSError:
        return False


def installed() -> bool:
    return _find("rabbitmq-server") is not None and shutil.which("erl") is not None


def _find(name: str) -> Path | None:
    """The server's own script; Debian's wrapper in /usr/sbin always switches to another user."""
    for pattern in (f"bin/{name}", f"lib/rabbitmq_server-*/sbin/{name}"):
        found = sorted(Path("/usr/lib/rabbitmq").glob(pattern))
        if found:
            return found[-1]
    on_path = shutil.which(name)
    return Path(on_path) if on_path else None


def _binary(name: str) -> Path:
    found = _find(name)
    if found is None:
        raise CouldNotStart(f"{name} is not installed: apt-get install rabbitmq-server")
    return found


def _epmd() -> Path:
    found = shutil.which("epmd") or next(iter(sorted(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"))), None)
    if found is None:
        raise CouldNotStart("epmd is not installed: apt-get install erlang-base")
    return Path(found)
