"""What a worker tells of the mails that it sends."""

from datetime import timedelta

from tests.harness.metrics import sample
from tests.notifications.office import Office, contact, person, provisioned


async def test_mails_are_counted_by_what_came_of_each_try(office: Office) -> None:
    before = {each: sample("portico_mails_total", outcome=each) for each in ("Sent", "NotNow", "Never")}
    await office.hear(contact(), contact("gone@meridian.example"), person(), provisioned())
    office.server.at_recipient["gone@meridian.example"] = "550 5.1.1 No such mailbox"
    office.server.at_recipient["ops@meridian.example"] = "451 4.3.2 Later, please"
    await office.send()
    office.server.at_recipient.clear()

    await office.send(after=timedelta(seconds=6))

    told = {each: sample("portico_mails_total", outcome=each) - before[each] for each in before}
    assert told == {"Sent": 1, "NotNow": 1, "Never": 1}
