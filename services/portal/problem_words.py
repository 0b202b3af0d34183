"""What people read of a problem."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    text: str
