"""The adapter of Stripe, by its official SDK, which the optional extra ``stripe`` installs."""
