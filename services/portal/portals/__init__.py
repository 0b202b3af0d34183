"""Signing in to the portal of a bill group, by its link."""
