"""PostgreSQL and RabbitMQ from their official images, each the child of a `docker run` that stays in front.

So they end like every other child does: with the launcher, and also when it is killed.
"""

import subprocess
import uuid
from pathlib import Path

from deploy.local.clean import volume
from deploy.local.postgres import FAST, SETTINGS
from deploy.local.processes import Child, spawn
from deploy.local.rabbitmq import speaks_amqp
from deploy.local.server import PLUGINS, Postgres, RabbitMQ

POSTGRES_IMAGE = "postgres:17"
RABBITMQ_IMAGE = "rabbitmq:4-management"
IN_THE_IMAGE = {"listen_addresses": "*", "unix_socket_directories": "/var/run/postgresql"}


def answers() -> bool:
    try:
        asked = subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def has_image(image: str) -> bool:
    """Whether the image is here, or can be fetched now."""
    inspected = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    return inspected.returncode == 0 or subprocess.run(["docker", "pull", "-q", image], check=False).returncode == 0


class Container:
    """One container at a time, whose data ``volume`` keeps from one to the next."""

    def __init__(self, image: str, volume: str) -> None:
        self.image, self.volume = image, volume
        self.name = f"portico-{uuid.uuid4().hex[:12]}"

    def run(
        self,
        title: str,
        log: Path,
        ports: dict[int, int],
        data: str,
        env: dict[str, str],
        arguments: tuple[str, ...] = (),
    ) -> Child:
        """``ports`` are by those in the container."""
        command = ["docker", "run", "--rm", "--name", self.name, "--volume", f"{self.volume}:{data}"]
        command += [f"--publish=127.0.0.1:{port}:{inside}" for inside, port in ports.items()]
        command += [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
        return spawn(title, [*command, self.image, *arguments], log)

    def execute(self, *command: str) -> bool:
        asked = ["docker", "exec", self.name, *command]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    def stop(self) -> None:
        subprocess.run(["docker", "stop", "--time", "15", self.name], capture_output=True, check=False)

    def forget(self) -> None:
        subprocess.run(["docker", "volume", "rm", "--force", self.volume], capture_output=True, check=False)


class DockerPostgres(Postgres):
    def __init__(self, directory: Path, password: str, port: int, fast: bool = False) -> None:
        super().__init__(password, port)
        self.log = directory / "log" / "postgres.log"
        self.container = Container(POSTGRES_IMAGE, volume(directory, "postgres"))
        self.fast = fast

    def begin(self) -> None:
        settings = SETTINGS | IN_THE_IMAGE | (FAST if self.fast else {})
        self.child = self.container.run(
            "PostgreSQL",
            self.log,
            ports={5432: self.port},
            data="/var/lib/postgresql/data",
            env={"POSTGRES_USER": self.user, "POSTGRES_PASSWORD": self.password, "POSTGRES_DB": "postgres"},
            arguments=tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        )

    def answers(self) -> bool:
        # Over TCP: while the image creates its data, a first server listens on the socket alone.
        return self.container.execute("pg_isready", "-q", "-h", "127.0.0.1")

    def stop(self) -> None:
        self.container.stop()
        super().stop()

    def forget(self) -> None:
        self.stop()
        self.container.forget()


class DockerRabbitMQ(RabbitMQ):
    def __init__(self, directory: Path, password: str, port: int, management_port: int) -> None:
        super().__init__(password, port, management_port)
        self.log = directory / "log" / "rabbitmq.log"
        self.container = Container(RABBITMQ_IMAGE, volume(directory, "rabbitmq"))

    def begin(self) -> None:
        self.child = self.container.run(
            "RabbitMQ",
            self.log,
            ports={5672: self.port, 15672: self.management_port},
            data="/var/lib/rabbitmq",
            env={
                "RABBITMQ_NODENAME": "portico@localhost",  # the data is kept under the node's name
                "RABBITMQ_DEFAULT_USER": self.user,
                "RABBITMQ_DEFAULT_PASS": self.password,
                "RABBITMQ_ENABLED_PLUGINS": ",".join(PLUGINS),
            },
        )

    def answers(self) -> bool:
        return speaks_amqp(self.port)

    def stop(self) -> None:
        self.container.stop()
        super().stop()

    def forget(self) -> None:
        self.stop()
        self.container.forget()
