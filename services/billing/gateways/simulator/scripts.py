"""What the simulator plays: each script is what a gateway answers at once, and what it tells later."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["approved", "declined", "requires_action", "processing", "unknown", "never_received"]


@dataclass(frozen=True, slots=True)
class Later:
    """Something that is told after some days of business time."""

    days: int
    told: str
    """The ``told`` of an event of the port."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """``answer`` is what a caller gets at once, ``truth`` what a look-up says afterwards, if it differs."""

    answer: Answer
    reason: str = ""
    later: tuple[Later, ...] = ()
    truth: Answer | None = None


RECEIVED = "payment_succeeded"
SETTLED = Later(3, RECEIVED)

SCRIPTS: dict[str, Script] = {
    "approved": Script("approved"),
    "declined": Script("declined", "declined"),
    "insufficient_funds": Script("declined", "insufficient_funds"),
    "card_expired": Script("declined", "card_expired"),
    "wrong_details": Script("declined", "wrong_details"),
    "not_authenticated": Script("declined", "not_authenticated"),
    "limit_exceeded": Script("declined", "limit_exceeded"),
    "account_closed": Script("declined", "account_closed"),
    "mandate_revoked": Script("declined", "mandate_revoked"),
    "cancelled": Script("declined", "cancelled"),
    "do_not_honor_05": Script("declined", "do_not_honor_05"),
    "requires_action": Script("requires_action"),
    "settles": Script("processing", later=(SETTLED,)),
    "fails_later": Script("processing", later=(Later(3, "payment_failed", "insufficient_funds"),)),
    "returned": Script("processing", later=(SETTLED, Later(8, "payment_returned", "mandate_revoked"))),
    "late": Script("unknown", later=(Later(1, RECEIVED),), truth="unknown"),
    "declined_late": Script("declined", "declined", later=(Later(1, RECEIVED),)),
    "twice": Script("approved", later=(Later(0, RECEIVED), Later(0, RECEIVED), Later(1, RECEIVED))),
    "out_of_order": Script("approved", later=(Later(0, "payment_processing"), Later(0, RECEIVED))),
    "dispute_lost": Script("approved", later=(Later(2, "dispute_opened", "fraudulent"), Later(12, "dispute_lost"))),
    "dispute_won": Script("approved", later=(Later(2, "dispute_opened", "fraudulent"), Later(12, "dispute_won"))),
    "timeout": Script("unknown", truth="approved"),
    "timeout_declined": Script("unknown", "insufficient_funds", truth="declined"),
    "timeout_lost": Script("unknown", truth="never_received"),
}
"""By name. The names are those of the methods that can be saved on the simulator's page, too."""
DECLINES = tuple(name for name, script in SCRIPTS.items() if script.answer == "declined" and not script.later)
