"""Test mails: whether the mail server takes what Portico sends."""
