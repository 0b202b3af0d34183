"""The two holders of an account: who they are, replacing one, and what is left to them."""
