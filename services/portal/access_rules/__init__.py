"""Who may open a bill group's portal."""
