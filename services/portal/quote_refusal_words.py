"""The words of each problem of quotes, by its name (`refusal_words.py`)."""

from services.portal.problem_words import Words
from shared.language import mark

OF_QUOTES = {
    "quote_not_open": Words(
        mark("The quote has moved on"),
        mark("Somebody has answered or changed it meanwhile. Look at it again."),
    ),
    "not_on_behalf": Words(
        mark("Not on behalf of the account"), mark("Only people of the account accept an offer, in their own name.")
    ),
    "another_offer": Words(mark("There is another offer"), mark("The seller has made another one. Look at it first.")),
    "offer_has_ended": Words(
        mark("The offer is not valid any more"),
        mark("Its last day is over. Write to the seller, or ask again."),
    ),
    "offer_being_printed": Words(
        mark("The document is being made"), mark("The PDF of the offer is being made. Try again in a moment.")
    ),
    "offer_not_printed": Words(
        mark("The document is not there"), mark("The PDF is being made, or could not be made. Try again in a moment.")
    ),
    "too_many_quotes": Words(
        mark("Too many quotes are open"),
        mark("At most 30 are open at once. Wait, or take one back."),
    ),
    "too_many_messages": Words(mark("Too many messages"), mark("A quote has at most 200. Begin another quote.")),
    "bill_group_closed": Words(
        mark("The bill group is closed"), mark("Nothing new can be paid by it. Choose an open one, or open it first.")
    ),
    "draft_changed": Words(
        mark("The draft was changed meanwhile"),
        mark("Somebody else has changed the draft. Load the page again, and look at what it says now."),
    ),
    "plan_not_quotable": Words(
        mark("A plan does not fit the quote"), mark("Choose a plan of the catalogue in the currency of the quote.")
    ),
    "nothing_to_offer": Words(
        mark("The draft cannot be offered yet"),
        mark("It needs a line, and a last day from today on and within a year."),
    ),
    "too_much_money": Words(
        mark("The amounts are too large"), mark("Lower the prices or the quantities: no invoice can say as much.")
    ),
    "plan_name_taken": Words(
        mark("The name of the plan is taken"), mark("Prices of one customer have this name. Choose another one.")
    ),
}
