"""What the cells do: nine flows of business, each about thirty changes, and what must have come of them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from tests.faults.matrix.world import World

CHANGES = 30


class Flow(ABC):
    """One flow: its name, the event on whose way a process is killed, and a listener of that event."""

    name: ClassVar[str]
    event: ClassVar[str]
    """The routing key of the event."""
    publisher: ClassVar[str]
    listener: ClassVar[str]
    """The queue of a listener."""
    often: ClassVar[bool] = True
    """Whether the points are passed several times by the changes of one cell."""

    @property
    def consumer(self) -> str:
        return self.listener.partition(".")[0]

    @abstractmethod
    async def prepare(self, world: World) -> Sequence[Any]:
        """What is changed, one by one."""

    @abstractmethod
    async def change(self, world: World, item: Any) -> None: ...

    @abstractmethod
    async def check(self, world: World, items: Sequence[Any]) -> None:
        """Assert that each change has had each of its effects, and once."""


async def count_events(world: World, service: str, event: str, field: str, values: Sequence[str]) -> dict[str, int]:
    """How many events of a kind a service has emitted, by the value of a field."""
    query = "SELECT body::jsonb->>$2 AS value, count(*) FROM outbox WHERE routing_key = $1 GROUP BY 1"
    found = {row["value"]: row["count"] for row in await world.rows(service, query, event, field)}
    return {value: found.get(value, 0) for value in values}


def once(values: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(values, 1)
