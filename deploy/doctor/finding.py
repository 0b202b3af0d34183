"""What a check is, and what it finds."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    ok = "ok"
    warn = "warn"
    """Works today; look at it soon."""
    bad = "bad"
    """Something does not work, or will not."""
    unknown = "unknown"
    """It could not be looked at; the text says why."""


class See(StrEnum):
    """The headings of docs/operating.md that findings name, as in links."""

    what_runs = "what-runs"
    a_new_installation = "a-new-installation"
    settings = "settings"
    the_commands = "the-commands"
    mail = "mail"
    portico_doctor = "portico-doctor"
    processdown = "processdown"
    databasepoolexhausted = "databasepoolexhausted"
    outboxnotemptied = "outboxnotemptied"
    queuenotconsumed = "queuenotconsumed"
    queuegrowing = "queuegrowing"
    deadletters = "deadletters"
    jobfailing = "jobfailing"
    leaseslost = "leaseslost"
    workgivenup = "workgivenup"
    mailfailing = "mailfailing"
    three_in_the_morning = "three-in-the-morning"


@dataclass(frozen=True, slots=True)
class Finding:
    about: str
    """The thing that was looked at: a service, a queue, a setting."""
    state: State
    seen: str
    do: str = ""
    """What to do; empty where nothing is."""
    see: See | None = None
    """What says more."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    run: Callable[[], Awaitable[Sequence[Finding]]]
    """May raise anything: `registry.examine` makes it a finding."""


Examined = list[tuple[str, Finding]]
"""Findings, each with the name of its check."""


def ok(about: str, seen: str) -> Finding:
    return Finding(about, State.ok, seen)


def warn(about: str, seen: str, do: str, see: See | None = None) -> Finding:
    return Finding(about, State.warn, seen, do, see)


def bad(about: str, seen: str, do: str, see: See | None = None) -> Finding:
    return Finding(about, State.bad, seen, do, see)


def unknown(about: str, seen: str, do: str = "", see: See | None = None) -> Finding:
    return Finding(about, State.unknown, seen, do, see)


def why(error: BaseException) -> str:
    """An error in one line, without what might be a secret: addresses of databases and brokers have passwords."""
    text = " ".join(str(error).split()) or type(error).__name__
    return "it has a login in it, and is not shown" if "://" in text and "@" in text else text[:300]
