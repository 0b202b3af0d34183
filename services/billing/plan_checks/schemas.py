from shared.schemas import Read


class PlanCheckRead(Read):
    """A plan that could be published."""

    exists: bool
    """Whether the product has a plan of this name, of which these would be new prices."""
