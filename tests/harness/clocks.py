"""Clocks for tests."""

from datetime import UTC, datetime, timedelta

from shared.clock import Clock


class StoppedClock(Clock):
    """A clock that the test moves."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.now(UTC)

    def real_now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)
