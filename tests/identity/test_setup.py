"""A new installation leads the provider's admins through setting it up, until one of them ends that."""

from tests.identity.harness import Story


async def test_admins_of_a_new_provider_are_led_until_one_ends_it(story: Story) -> None:
    told = [(await each.token())["setup_due"] for each in (story.robin, story.ana, story.jonas)]

    for _ in range(2):
        ended = await story.robin.ask("POST", "workspace-settings/end-setup")
        assert ended.status_code == 204

    assert told == [True, False, False], "the others have no installation to set up"
    assert (await story.robin.token())["setup_due"] is False
