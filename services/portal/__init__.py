"""The web front: pages, a browser session in a sealed cookie, and nothing of its own to remember."""
