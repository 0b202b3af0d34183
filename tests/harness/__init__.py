"""What the tests stand on: real servers, a database a service, and people with grants."""
