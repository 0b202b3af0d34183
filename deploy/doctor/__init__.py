"""`portico doctor`: looks at everything that an installation needs, and says what to do. It changes nothing."""
