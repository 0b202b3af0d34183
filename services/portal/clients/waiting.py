"""How long a page waits for services: one deadline for all of its calls, and a circuit breaker per service."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

Seconds = Callable[[], float]
"""A clock that only moves forward, in seconds."""


@dataclass(frozen=True)
class Deadline:
    """Until when all calls of one page have to answer."""

    at: float
    now: Seconds = time.monotonic

    @classmethod
    def within(cls, seconds: float, now: Seconds = time.monotonic) -> "Deadline":
        return cls(now() + seconds, now)

    @property
    def left(self) -> float:
        return max(0.0, self.at - self.now())


@dataclass
class Circuit:
    """Whether calls to a service are worth waiting for, as this process knows. After `FAILURES` calls in a row that ran
    out of time they fail at once, except one every `PAUSE_SECONDS`: its answer lets all through again."""

    service: str
    now: Seconds = time.monotonic
    failures: int = 0
    _next_try_at: float = field(default=0.0, repr=False)

    FAILURES = 5
    PAUSE_SECONDS = 5.0

    def admits(self) -> bool:
        """Whether to send a call now."""
        if self.failures < self.FAILURES:
            return True
        if self.now() < self._next_try_at:
            return False
        self._next_try_at = self.now() + self.PAUSE_SECONDS  # this one tries; the others do not wait with it
        return True

    def answered(self) -> None:
        if self.failures >= self.FAILURES:
            log.info("service.answers_again", asked=self.service)
        self.failures = 0

    def failed(self) -> None:
        self.failures += 1
        self._next_try_at = self.now() + self.PAUSE_SECONDS
        if self.failures == self.FAILURES:
            log.warning("service.not_asked", asked=self.service, pause_seconds=self.PAUSE_SECONDS)
