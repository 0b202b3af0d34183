"""A mail server for demos and tests: accepts every mail, delivers none, and shows them on a page."""
