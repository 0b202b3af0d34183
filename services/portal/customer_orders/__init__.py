"""The orders of all customers of a partner, for its people."""
