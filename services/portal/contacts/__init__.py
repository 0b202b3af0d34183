"""Company contacts: written to, but no users."""
