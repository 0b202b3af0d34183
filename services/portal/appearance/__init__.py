"""The seller's colours and the reader's theme."""
