"""The mail about a sign-in from a browser that was not seen before."""

from tests.notifications.harness import NotificationsHarness, person, signed_in
from tests.notifications.mail_server import text_of


async def test_who_signs_in_from_a_new_browser_is_told_where_and_how_to_end_it(
    notifications: NotificationsHarness,
) -> None:
    await notifications.hear(person(), signed_in(new_browser=True))
    await notifications.send()

    [mail] = notifications.server.to("tom@meridian.example")
    assert mail["Subject"] == "Sign-in from a new browser: Firefox on Linux"
    told = text_of(mail)
    assert "192.0.2.7" in told
    assert "/sessions" in told
    assert "UTC" in told


async def test_a_sign_in_of_a_version_without_parts_is_told_as_it_was_said(notifications: NotificationsHarness) -> None:
    said = signed_in().model_copy(update={"browser_name": None, "operating_system": None})
    await notifications.hear(person(), said)
    await notifications.send()

    [mail] = notifications.server.mails
    assert mail["Subject"] == "Sign-in from a new browser: Firefox on Linux"


async def test_a_browser_that_is_known_is_no_news(notifications: NotificationsHarness) -> None:
    await notifications.hear(person(), signed_in(new_browser=False))
    await notifications.send()

    assert notifications.server.mails == []
