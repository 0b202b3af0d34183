"""Asking for access to a workspace by its URL or GUID, and deciding who gets it."""
