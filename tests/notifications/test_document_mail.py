"""Who is told of a new document of the account, and when its notice is over (I1)."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events.billing import DocumentAdded, DocumentRemoved
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, NotificationsHarness
from tests.notifications.mail_server import text_of
from tests.notifications.reader import reader
from tests.notifications.test_order_mail import introduce, told

pytestmark = pytest.mark.rule("I1")
DOCUMENT: dict[str, Any] = {
    "workspace_id": CUSTOMER, "document_id": uuid4(), "kind": "contract", "title": "Master agreement 2026",
    "bill_group_id": None,
}  # fmt: skip


async def test_the_admins_are_told_that_there_is_a_document(notifications: NotificationsHarness) -> None:
    await introduce(notifications)

    await notifications.hear(DocumentAdded(**DOCUMENT), DocumentAdded(**DOCUMENT | {"document_id": uuid4()}))
    mails = await told(notifications)

    assert set(mails) == {"Jonas <jonas@northwind.example>"}
    [mail] = mails.values()
    assert mail["Subject"] == "New document for Northwind Logistics: Master agreement 2026"
    assert "https://portal.larkspur.example/w/northwind/documents" in text_of(mail)
    assert "Kind: Contract" in text_of(mail)


async def test_its_notice_is_over_when_it_is_removed(desk: Desk) -> None:
    jonas = await reader(desk)
    await desk.notifications.hear(DocumentAdded(**DOCUMENT))
    told = await jonas.titles()

    await desk.notifications.hear(DocumentRemoved(**DOCUMENT))

    assert told == ["New document for Northwind Logistics: Master agreement 2026"]
    assert await jonas.titles() == []
