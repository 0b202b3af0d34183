"""What each event of a customer that goes to another seller says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

MOVES: Mapping[str, Sentences] = {
    "move_proposed": (
        mark("%(actor)s of %(company)s proposed that %(workspace)s goes from %(from)s to %(to)s: “%(words)s”."),
        mark("It was proposed that %(workspace)s goes from %(from)s to %(to)s."),
    ),
    "move_withdrawn": (
        mark("%(actor)s withdrew the proposal that %(workspace)s goes from %(from)s to %(to)s."),
        mark("The proposal that %(workspace)s goes from %(from)s to %(to)s was withdrawn."),
    ),
    "move_declined": (
        mark("%(actor)s declined that %(workspace)s goes from %(from)s to %(to)s: “%(words)s”."),
        mark("It was declined that %(workspace)s goes from %(from)s to %(to)s."),
    ),
    "move_expired": (mark("Nobody answered in time whether %(workspace)s goes from %(from)s to %(to)s."),),
    "workspace_moved": (
        mark("%(actor)s consented that %(workspace)s goes from %(from)s to %(to)s, which looks after it from now on."),
        mark("%(workspace)s went from %(from)s to %(to)s."),
    ),
    "customer_left": (mark("%(customer)s is not a customer of %(workspace)s any more: it agreed to another seller."),),
    "customer_joined": (mark("%(customer)s is a customer of %(workspace)s from now on: it agreed to this seller."),),
}
