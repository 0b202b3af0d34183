from services.billing.db import Base
from shared.erased_people import Erased


class ErasedPerson(Erased, Base):
    """A person whom this service has forgotten."""
