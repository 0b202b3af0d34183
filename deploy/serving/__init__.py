"""Builds and serves the processes of the services."""
