"""Every secret of an installation has a new value while people work."""
