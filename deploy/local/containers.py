"""PostgreSQL and RabbitMQ for one run, in containers of their official images, by testcontainers.

For tests and benchmarks only: the library comes with requirements-dev.lock.
"""

import atexit
import subprocess
import sys
from contextlib import closing, suppress
from functools import cache

from docker.errors import APIError, DockerException, ImageNotFound  # type: ignore[import-untyped]
from testcontainers.community.postgres import PostgresContainer
from testcontainers.community.rabbitmq import RabbitMqContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.labels import LABEL_SESSION_ID, SESSION_ID

from deploy.local.postgres import FAST, SETTINGS
from deploy.local.processes import CouldNotStart, wait_until
from deploy.local.rabbitmq import FEW_THREADS, SPARING, speaks_amqp
from deploy.local.server import PLUGINS, Postgres, RabbitMQ, Server

POSTGRES_IMAGE = "postgres:17"
RABBITMQ_IMAGE = "rabbitmq:4-management"
IN_THE_IMAGE = {"listen_addresses": "*", "unix_socket_directories": "/var/run/postgresql"}
REMOVE_AT_THE_END = """
import sys, docker
sys.stdin.read()  # ends with the process that holds the other end, however that ends
for each in docker.from_env().containers.list(all=True, filters={"label": sys.argv[1]}):
    each.remove(force=True, v=True)
"""


def can_run() -> bool:
    """Whether an engine answers, and has both images or can fetch them."""
    try:
        # With the command, because the library leaks a socket when nothing answers.
        subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=True)
        with closing(DockerClient(timeout=60).client) as engine:
            for image in (POSTGRES_IMAGE, RABBITMQ_IMAGE):
                try:
                    engine.images.get(image)
                except ImageNotFound:
                    engine.images.pull(image)
    except (DockerException, OSError, subprocess.SubprocessError):
        return False
    return True


class InContainer(Server):
    """A server in a container. Its data is in a volume, which `stop` keeps and `forget` removes."""

    container: DockerContainer
    begun = False

    def begin(self) -> None:
        try:
            if self.begun:
                self.container.get_wrapped_container().start()
            else:
                _remove_at_the_end()
                self.begun = True
                DockerContainer.start(self.container)  # the subclass's `start` waits; both servers start at once here
        except DockerException as error:
            raise CouldNotStart(f"Docker could not start {self.container.image}: {error}") from error

    @property
    def running(self) -> bool:
        self.container.reload()
        return self.container.status == "running"

    def report(self) -> str:
        last = self.container.get_wrapped_container().logs(tail=12).decode(errors="replace")
        return f"{self.container.image} is not ready; the end of its log:\n{last}"

    def wait(self) -> None:
        wait_until(self, self.answers, self.patience)

    def stop(self) -> None:
        if self.begun:
            self.container.get_wrapped_container().stop(timeout=15)

    def forget(self) -> None:
        self.container.stop()

    def _publish(self, port: int, inside: int) -> None:
        """On the loopback interface, with a fixed port: one that Docker chooses changes with each start."""
        self.container.ports[str(inside)] = ("127.0.0.1", port)  # type: ignore[assignment]  # docker's own type has it


class ContainerPostgres(InContainer, Postgres):
    def __init__(self, password: str, port: int, fast: bool = False) -> None:
        super().__init__(password, port)
        settings = SETTINGS | IN_THE_IMAGE | (FAST if fast else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.container = PostgresContainer(
            POSTGRES_IMAGE, username=self.user, password=password, dbname="postgres", driver=None
        ).with_command(["postgres", *options])
        self._publish(port, 5432)

    def answers(self) -> bool:
        # Over TCP: while the image creates its data, a temporary server listens on the Unix socket only.
        with suppress(APIError):
            return self.container.exec(["pg_isready", "-q", "-h", "127.0.0.1"]).exit_code == 0
        return False


class ContainerRabbitMQ(InContainer, RabbitMQ):
    def __init__(self, password: str, port: int, management_port: int) -> None:
        super().__init__(password, port, management_port)
        self.container = (
            RabbitMqContainer(RABBITMQ_IMAGE, username=self.user, password=password)
            .with_envs(
                RABBITMQ_ENABLED_PLUGINS=",".join(PLUGINS),
                RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=FEW_THREADS,
            )
            .with_copy_into_container(SPARING.encode(), "/etc/rabbitmq/conf.d/90-portico.conf")
        )
        self._publish(port, 5672)
        self._publish(management_port, 15672)

    def answers(self) -> bool:
        return speaks_amqp(self.port)


@cache
def _remove_at_the_end() -> None:
    """Start a process that removes all containers of this session once this process has ended, however it ends. It
    replaces testcontainers' own reaper, which needs another image and the engine's socket in a container."""
    testcontainers_config.ryuk_disabled = True
    command = [sys.executable, "-c", REMOVE_AT_THE_END, f"{LABEL_SESSION_ID}={SESSION_ID}"]
    quiet = subprocess.DEVNULL
    remover = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)
    atexit.register(remover.communicate)
