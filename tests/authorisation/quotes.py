"""The quotes of the matrix: in each bill group of each customer, one in each of some states."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.billing.jobs import print_offers
from tests.authorisation.business import MONTHLY, ONCE, WITH_BUSINESS, Business
from tests.authorisation.callers import PROVIDER

_ACCEPT = text(
    "UPDATE quotes SET state = 'accepted', accepted_at = now(), accepted_by = requested_by, accepted_name = 'Ana',"
    " po_number = '', order_failure = 'no-room', version = version + 1 WHERE id = :id"
)


async def make_quotes(business: Business, product: Mapping[str, str]) -> None:
    """Requested, drafted, offered, and accepted without that it could be ordered."""
    for workspace in WITH_BUSINESS:
        for group in await business.groups(workspace):
            await _write(business, workspace, await _ask(business, workspace, group))
            await _draft(business, product, await _ask(business, workspace, group))
            await _offer(business, product, await _ask(business, workspace, group))
            accepted = await _ask(business, workspace, group)
            await _offer(business, product, accepted)
            async with business.installation["billing"].database.owner.begin() as session:
                await session.execute(_ACCEPT, {"id": UUID(accepted)})
    await business.installation["billing"].work(print_offers)
    await business.installation.carry()


async def _ask(business: Business, workspace: str, group: UUID) -> str:
    admin, body = business.tree.person(workspace, "admin"), {"wish": "A circuit.", "bill_group_id": str(group)}
    return str((await business.ask(admin, "POST", "billing/quotes", body)).json()["id"])


async def _write(business: Business, workspace: str, quote: str) -> None:
    """A message of the customer's, and a note of the staff's."""
    admin, staff = business.tree.person(workspace, "admin"), business.tree.person(PROVIDER, "admin")
    await business.ask(admin, "POST", f"billing/quotes/{quote}/messages", {"body": "Until when?"})
    await business.ask(staff, "POST", f"billing/quoting/{quote}/notes", {"body": "They are in a hurry."})


async def _draft(business: Business, product: Mapping[str, str], quote: str) -> None:
    line: dict[str, Any] = {
        "plan_version_id": product["plan_version_id"], "configuration": {}, "display_name": "Circuit",
        "recurring_minor": MONTHLY, "one_off_minor": ONCE,
    }  # fmt: skip
    until = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    body = {"version": 0, "lines": [line], "valid_until": until}
    await business.ask(business.tree.person(PROVIDER, "admin"), "PUT", f"billing/quoting/{quote}/draft", body)


async def _offer(business: Business, product: Mapping[str, str], quote: str) -> None:
    await _draft(business, product, quote)
    staff = business.tree.person(PROVIDER, "admin")
    await business.ask(staff, "POST", f"billing/quoting/{quote}/offer", {"draft_version": 1})
