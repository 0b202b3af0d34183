"""Where services run: at a glance, at one site, and one of them (K9)."""
