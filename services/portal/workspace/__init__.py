"""The workspace itself: overview, switching, on behalf, support."""
