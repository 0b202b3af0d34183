"""The copy of what sellers look like."""
