from datetime import datetime
from uuid import UUID

from services.provisioning.products.schemas import ProductBrief
from shared.events import Via
from shared.schemas import Read


class FailedOrderRead(Read):
    """A failed order of any workspace. It failed at step ``step`` of ``steps``, because of ``failure``."""

    id: UUID
    number: str
    workspace_id: UUID
    """Required for the retry."""
    customer_name: str | None
    """The workspace's name. Null while it is not known yet."""
    product: ProductBrief
    display_name: str
    step: int
    steps: int
    failure: str
    failure_code: str | None
    """Names the reason, for words in other languages. Null if ``failure`` is all that is known."""
    failure_values: dict[str, int | str]
    """What the words of ``failure_code`` need, by name, such as ``step``."""
    failed_at: datetime
    placed_by_address: str | None
    placed_via: Via
