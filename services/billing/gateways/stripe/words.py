"""What Stripe's codes mean in the words of the port."""

from typing import Any

from services.billing.gateways.port import DECLINED
from shared.events.billing import MethodKind, PaymentMethod

TYPES: dict[MethodKind, str] = {"card": "card", "sepa_debit": "sepa_debit", "ach_debit": "us_bank_account"}
"""Stripe's types of payment methods, by ours."""
KINDS: dict[str, MethodKind] = {name: kind for kind, name in TYPES.items()}
DEBITS = {"sepa_debit", "us_bank_account"}

_METHODS: dict[str, PaymentMethod] = {
    "card": "card",
    "link": "card",
    "sepa_debit": "direct_debit",
    "us_bank_account": "direct_debit",
    "bacs_debit": "direct_debit",
    "customer_balance": "bank_transfer",
}

_REASONS = {
    "insufficient_funds": "insufficient_funds",
    "withdrawal_count_limit_exceeded": "limit_exceeded",
    "card_velocity_exceeded": "limit_exceeded",
    "debit_authorization_not_match": "mandate_revoked",
    "expired_card": "card_expired",
    "invalid_expiry_month": "card_expired",
    "invalid_expiry_year": "card_expired",
    "incorrect_cvc": "wrong_details",
    "incorrect_number": "wrong_details",
    "incorrect_zip": "wrong_details",
    "incorrect_address": "wrong_details",
    "invalid_cvc": "wrong_details",
    "invalid_number": "wrong_details",
    "invalid_account": "wrong_details",
    "no_account": "wrong_details",
    "authentication_required": "not_authenticated",
    "authentication_not_handled": "not_authenticated",
    "payment_intent_authentication_failure": "not_authenticated",
    "setup_intent_authentication_failure": "not_authenticated",
    "account_closed": "account_closed",
    "bank_account_closed": "account_closed",
    "account_frozen": "account_closed",
    "debit_not_authorized": "mandate_revoked",
    "mandate_invalid": "mandate_revoked",
    "payment_intent_mandate_invalid": "mandate_revoked",
    "revocation_of_authorization": "mandate_revoked",
    "revocation_of_all_authorizations": "mandate_revoked",
    "payment_method_customer_decline": "cancelled",
    "payment_method_provider_timeout": "cancelled",
}


def method_of(stripe_type: str | None) -> PaymentMethod | None:
    return _METHODS.get(stripe_type or "")


def reason_of(error: Any) -> str:
    """The reason of a ``last_payment_error`` or of an error's body: the more exact ``decline_code`` counts before the
    ``code``. Without either, that it was declined."""
    for name in ("decline_code", "code"):
        if (code := (error or {}).get(name)) and code not in ("card_declined", "generic_decline"):
            return _REASONS.get(code, str(code)[:200])
    return DECLINED[0]
