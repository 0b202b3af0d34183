"""The metrics of sent mails."""

from datetime import timedelta

from tests.harness.metrics import sample
from tests.notifications.harness import NotificationsHarness, contact, person, provisioned


async def test_mails_are_counted_by_outcome(notifications: NotificationsHarness) -> None:
    before = {each: sample("portico_mails_total", outcome=each) for each in ("Sent", "NotNow", "Never")}
    await notifications.hear(contact(), contact("gone@meridian.example"), person(), provisioned())
    notifications.server.at_recipient["gone@meridian.example"] = "550 5.1.1 No such mailbox"
    notifications.server.at_recipient["ops@meridian.example"] = "451 4.3.2 Later, please"
    await notifications.send()
    notifications.server.at_recipient.clear()

    await notifications.send(after=timedelta(seconds=6))

    told = {each: sample("portico_mails_total", outcome=each) - before[each] for each in before}
    assert told == {"Sent": 1, "NotNow": 1, "Never": 1}
