"""Company contacts: they get mail, but are not users."""
