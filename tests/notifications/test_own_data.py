"""What notifications keeps of a person, for them."""

import pytest

from tests.notifications.desk import Desk
from tests.notifications.reader import reader
from tests.notifications.test_notices import requested
from tests.own_data.filling import told


@pytest.mark.rule("D27")
async def test_a_person_gets_their_notices_mails_and_choices_in_their_language(desk: Desk) -> None:
    jonas = await reader(desk)
    mia = await reader(desk, "read_only", "mia@northwind.example")
    await desk.notifications.hear(requested())
    await desk.notifications.send()
    await jonas.switch("order_requested")

    his, hers = await told(jonas.caller, "notifications", locale="de-DE"), await told(mia.caller, "notifications")

    assert [each["title"] for each in his["own_mails"]["rows"]] == ["Eine Bestellung wartet auf Freigabe"]
    assert [each["topic"] for each in his["notices"]["rows"]] == ["order_requested"]
    assert his["notices"]["rows"][0]["title"] == "Lyon 2 wartet auf Ihre Freigabe"
    assert his["preferences"]["rows"] == [{"topic": "order_requested", "channel": "mail", "wanted": False}]
    assert [hers[name]["rows"] for name in ("notices", "own_mails", "preferences")] == [[], [], []]
