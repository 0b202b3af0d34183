"""Backups of an installation, with one moment for all services, and their restore into an empty server."""
