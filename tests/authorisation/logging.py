"""What the log says of an operation, or why it says nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Logged:
    """``one_of``: exactly one of these events tells of the deed. ``also``: what else may follow in the same breath,
    about other things, or in the logs of other workspaces."""

    one_of: tuple[str, ...]
    also: frozenset[str]


def logged(*one_of: str, also: tuple[str, ...] = ()) -> Logged:
    return Logged(one_of, frozenset(also))


READS = "it only reads"
SEEN = "that somebody has seen their own notices is nobody else's business"
DRAFTED = "only staff see a draft: its publication is logged"
