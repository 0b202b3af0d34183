"""What can be chosen on the simulator's pages."""

from shared.language import mark

METHODS = {"card": mark("Card"), "direct_debit": mark("Direct debit"), "bank_transfer": mark("Bank transfer")}
OUTCOMES = {
    "approved": mark("Received at once"),
    "settles": mark("Processed, received after three days"),
    "fails_later": mark("Processed, declined after three days"),
    "returned": mark("Received after three days, returned by the bank after eight"),
    "late": mark("Nothing is told at first, received after a day"),
    "declined_late": mark("Declined, received after a day"),
    "twice": mark("Received, and told three times"),
    "out_of_order": mark("Received, told before “processing”"),
    "dispute_lost": mark("Received, disputed after two days, lost after twelve"),
    "dispute_won": mark("Received, disputed after two days, won after twelve"),
}
"""How a payment goes."""
REASONS = {
    "declined": mark("No reason given"),
    "insufficient_funds": mark("Not enough money"),
    "card_expired": mark("Card expired"),
    "wrong_details": mark("Wrong card or account details"),
    "not_authenticated": mark("Not confirmed by the payer"),
    "limit_exceeded": mark("Limit exceeded"),
    "account_closed": mark("Account closed"),
    "mandate_revoked": mark("Direct debit not permitted"),
    "cancelled": mark("Cancelled by the payer"),
    "do_not_honor_05": mark("A code of the gateway’s own"),
}
CHARGES = OUTCOMES | {
    "insufficient_funds": mark("Declined: not enough money"),
    "card_expired": mark("Declined: card expired"),
    "account_closed": mark("Declined: account closed"),
    "requires_action": mark("The bank asks for a confirmation"),
    "timeout": mark("No answer in time, but received"),
    "timeout_declined": mark("No answer in time, and declined"),
    "timeout_lost": mark("No answer in time, because nothing arrived"),
}
"""What happens each time that a saved method is charged."""
