"""Three private nodes of the installed RabbitMQ that form a cluster, on this machine."""

import json
import secrets
from pathlib import Path
from urllib.parse import quote

from deploy.local.processes import ChildProcess, free_port
from deploy.local.rabbitmq import PrivateRabbitMQ

NODES = 3


class ClusterNode(PrivateRabbitMQ):
    """A node with a name of its own. The nodes share a port mapper and a cookie."""

    def __init__(self, directory: Path, name: str, password: str, mapper_port: int, names: list[str]) -> None:
        super().__init__(directory / name, password, free_port(), free_port(), free_port(), mapper_port)
        self.name, self._names, self.cookie = name, names, ""

    @property
    def node_name(self) -> str:
        return f"{self.name}@localhost"

    def share(self, cookie: str) -> None:
        self.cookie = cookie
        file = self.directory / "home" / ".erlang.cookie"
        file.parent.mkdir(parents=True)
        file.touch(mode=0o600)
        file.write_text(cookie)

    def configuration(self) -> str:
        """A node in a minority stops, so that it answers nobody with what the majority does not know."""
        members = "".join(
            f"cluster_formation.classic_config.nodes.{number} = {name}@localhost\n"
            for number, name in enumerate(self._names, 1)
        )
        return (
            f"{super().configuration()}cluster_partition_handling = pause_minority\nnet_ticktime = 8\n"
            "cluster_formation.peer_discovery_backend = classic_config\n"
            "cluster_formation.randomized_startup_delay_range.min = 0\n"
            "cluster_formation.randomized_startup_delay_range.max = 1\n"
            f"{members}"
        )

    def kill(self) -> None:
        """As if its machine had lost its power."""
        assert self.child
        self.child.kill()

    def cut(self, others: list["ClusterNode"]) -> None:
        """Cut it off from these nodes: neither side accepts the other's cookie any more. Clients still reach it."""
        self._distrust(others, "nobody")

    def join(self, others: list["ClusterNode"]) -> None:
        self._distrust(others, self.cookie)

    def _distrust(self, others: list["ClusterNode"], cookie: str) -> None:
        names = ",".join(f"'{node.node_name}'" for node in others)
        deed = f"erlang:set_cookie(N, '{cookie}')" + (", erlang:disconnect_node(N)" if cookie != self.cookie else "")
        self.control("eval", f"[begin {deed} end || N <- [{names}]].")

    def _begin_mapper(self) -> ChildProcess | None:
        return None  # the cluster has one


class Cluster(PrivateRabbitMQ):
    """The cluster as one server: its URL names all nodes. The management API is that of the first one."""

    def __init__(self, directory: Path) -> None:
        password, mapper_port = secrets.token_urlsafe(18), free_port()
        names = [f"portico{number}" for number in range(1, NODES + 1)]
        self.nodes = [ClusterNode(directory, name, password, mapper_port, names) for name in names]
        first = self.nodes[0]
        super().__init__(directory / "mapper", password, first.port, first.management_port, free_port(), mapper_port)

    def url(self, vhost: str = "/") -> str:
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"amqp://{self.user}:{self.password}@{hosts}/{quote(vhost, safe='')}"

    def begin(self) -> None:
        cookie = secrets.token_hex(16)
        for folder in (self.directory, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.mapper = self._begin_mapper()
        for node in self.nodes:
            node.share(cookie)
            node.begin()
        self.child = self.nodes[0].child

    def wait(self) -> None:
        for node in self.nodes:
            node.wait()

    def answers(self) -> bool:
        return all(node.answers() for node in self.nodes)

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()
        super().stop()

    def forget(self) -> None:
        for node in self.nodes:
            node.forget()
        super().forget()

    def running(self) -> int:
        """How many nodes the first one that answers says run."""
        node = next(node for node in self.nodes if node.answers())
        status = json.loads(node.control("cluster_status", "--formatter", "json"))
        return len(status["running_nodes"])

    def leader_of(self, vhost: str, queue: str) -> ClusterNode:
        """The node that leads a quorum queue."""
        node = next(node for node in self.nodes if node.answers())
        lines = node.control("list_queues", "--vhost", vhost, "--no-table-headers", "name", "leader").splitlines()
        leaders = dict(line.split("\t") for line in lines if "\t" in line)
        return next(node for node in self.nodes if node.node_name == leaders[queue])

    def members_of(self, vhost: str) -> dict[str, int]:
        """The number of replicas of each quorum queue."""
        node = next(node for node in self.nodes if node.answers())
        lines = node.control("list_queues", "--vhost", vhost, "--no-table-headers", "name", "members").splitlines()
        found = (line.split("\t") for line in lines if "\t" in line)
        return {name: members.count("@") for name, members in found}
