from shared.schemas import Read


class ProductCheckRead(Read):
    """A product that could be published."""

    exists: bool
    """Whether there is a product of this key, which publishing would change."""
