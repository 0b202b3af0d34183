"""What the services say about their events: their AsyncAPI documents, read for people."""
