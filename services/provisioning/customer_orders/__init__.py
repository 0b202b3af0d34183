"""The orders of all customers of a workspace, for its people."""
