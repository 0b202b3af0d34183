"""`portico rotate`: every secret of an installation, and what follows when one has a new value."""
