"""Locations of a workspace, and those of a customer for its seller."""
