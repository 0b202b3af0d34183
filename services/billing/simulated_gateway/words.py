"""What can be chosen on the simulator's payment page."""

from shared.language import mark

METHODS = {"card": mark("Card"), "direct_debit": mark("Direct debit"), "bank_transfer": mark("Bank transfer")}
DELAYS = {0: mark("At once"), 10: mark("After ten seconds"), 120: mark("After two minutes")}
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
