"""A mail server for demos and tests: takes every mail, delivers none, and shows them on a page."""
