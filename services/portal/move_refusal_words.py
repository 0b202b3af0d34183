"""The words of each problem of moves of customers, by its name (`refusal_words.py`)."""

from services.portal.problem_words import Words
from shared.language import mark

OF_MOVES = {
    "move_proposed_already": Words(
        mark("A move is proposed already"), mark("Withdraw it first, if you want to propose another one.")
    ),
    "nobody_to_consent": Words(
        mark("Nobody could consent"), mark("Nobody of the customer has signed up yet. Invite somebody first.")
    ),
    "suspended_customer": Words(
        mark("The customer is suspended"), mark("It can go to another seller once the suspension has ended.")
    ),
    "no_seller_for_it": Words(
        mark("This company cannot take the customer"),
        mark(
            "It sells to it already, is suspended or being closed, or nobody has signed up there. Nothing was changed."
        ),
    ),
    "move_closed": Words(
        mark("This move is not open any more"),
        mark("Somebody has answered or withdrawn it, or its time is over. Load the page again."),
    ),
    "only_the_customer": Words(
        mark("Only for the customer’s own admins"),
        mark("Who works on behalf of a customer neither sees nor answers what is proposed to it."),
    ),
}
