"""What an operation does with a service."""

from enum import StrEnum
from typing import Literal, get_args


class Verb(StrEnum):
    create = "create"
    change = "change"
    suspend = "suspend"
    resume = "resume"
    delete = "delete"
    restart = "restart"
    diagnose = "diagnose"
    console_log = "console_log"
    reset_credentials = "reset_credentials"


ONLY_READ = frozenset({Verb.diagnose, Verb.console_log})
"""They change nothing, so that they may run beside one that does."""
ORDERED = frozenset({Verb.create, Verb.change, Verb.delete})
"""They change what was agreed, so that they belong to an order."""
NOT_UNDONE = ONLY_READ | {Verb.create, Verb.delete, Verb.reset_credentials}
"""If they fail, what they have done stays. What creates or deletes is begun again where it failed. Credentials that
were made anew can be made anew once more."""
TroubleshootingVerb = Literal["restart", "diagnose", "console_log"]
"""Those that cost nothing and change nothing that was agreed."""
TROUBLESHOOTING = frozenset(Verb(name) for name in get_args(TroubleshootingVerb))
