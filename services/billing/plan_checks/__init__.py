"""Checking a plan before it is published."""
