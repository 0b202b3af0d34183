"""The credit of a customer's bill group, and paying it back."""
