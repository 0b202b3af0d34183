"""The workspace: overview, switching, leaving work on behalf, support."""
