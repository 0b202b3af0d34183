"""The web front: pages, and a browser session in an encrypted cookie. It owns no data."""
