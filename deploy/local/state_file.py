"""What a launcher remembers between starts: ports and generated secrets, in files that only their owner can read."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from deploy.local.processes import free_port, is_free


class StateFile:
    """A small JSON object on disk, mode 0600. A value is generated at its first use and then stays the same."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, str | int] = json.loads(path.read_text()) if path.exists() else {}

    def text(self, name: str, make: Callable[[], str]) -> str:
        if name not in self.values:
            self._keep(name, make())
        return str(self.values[name])

    def port(self, name: str) -> int:
        """The port of last time while it is free, else another free one. No two names have the same: their servers are
        not started yet."""
        port = self.values.get(name)
        others = {value for other, value in self.values.items() if other != name}
        while port is None or port in others or not is_free(int(port)):
            port = free_port()
        if port != self.values.get(name):
            self._keep(name, port)
        return int(port)

    def flag(self, name: str) -> bool:
        return name in self.values

    def set_flag(self, name: str) -> None:
        self._keep(name, 1)

    def _keep(self, name: str, value: str | int) -> None:
        self.values[name] = value
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.values, file, indent=1)
        fresh.replace(self.path)
