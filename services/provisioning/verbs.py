"""What an operation does with a service."""

from enum import StrEnum
from typing import Literal


class Verb(StrEnum):
    create = "create"
    restart = "restart"
    diagnose = "diagnose"
    console_log = "console_log"


ONLY_READ = frozenset({Verb.diagnose, Verb.console_log})
"""They change nothing, so that they may run beside one that does."""
TroubleshootingVerb = Literal["restart", "diagnose", "console_log"]
"""Those that cost nothing and change nothing that was agreed."""
