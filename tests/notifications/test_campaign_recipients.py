"""Whoever is meant and has not opted out gets exactly one message, and nobody else any, wherever workers die."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notifications.campaigns import sending
from services.notifications.jobs import advance_campaigns, send_due_news
from shared.auth.permissions import ROLES
from tests.notifications.campaigning import Newsroom, Readers, address_of, newsroom
from tests.notifications.desk import Desk
from tests.notifications.harness import CUSTOMER, PARTNER, PROVIDER, person, workspace

DIRECT = uuid4()
PLACES = {"customer of partner": CUSTOMER, "partner": PARTNER, "customer": DIRECT, "provider": PROVIDER}
BELOW = {"customer of partner": "customer", "partner": "partner", "customer": "customer"}
GRANTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(PLACES)), st.sampled_from(ROLES),
        st.sampled_from(["membership", "link", "location_invitation"]),
    ),
    max_size=3,
)  # fmt: skip
PERSON = st.tuples(GRANTS, st.sampled_from(["en-US", "de-AT"]), st.booleans())
SEGMENT = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(["customer", "partner"]), min_size=1, max_size=2, unique=True),
        "sellers": st.sampled_from(["direct", "all"]),
        "roles": st.lists(st.sampled_from(["admin", "regular", "member", "billing"]), max_size=2, unique=True),
        "language": st.sampled_from([None, "en", "de"]),
    }
)
OFF = "INSERT INTO preferences (user_id, topic, channel, wanted) VALUES ('{}', 'news_release', 'mail', false)"
DUE = "UPDATE campaigns SET due_at = clock_timestamp() - interval '1 second' WHERE due_at IS NOT NULL"
Somebody = tuple[list[tuple[str, str, str]], str, bool]


def is_meant(somebody: Somebody, segment: dict[str, Any]) -> bool:
    grants, tag, _ = somebody
    language = segment["language"]
    return any(
        source != "link"
        and BELOW.get(place) in segment["kinds"]
        and (segment["sellers"] == "all" or place != "customer of partner")
        and (not segment["roles"] or role in segment["roles"])
        and (language is None or tag.startswith(str(language)))
        for place, role, source in grants
    )


async def begin_anew(desk: Desk) -> None:
    desk.notifications.server.mails.clear()
    await desk.notifications.change("TRUNCATE messages, campaigns, people, preferences CASCADE")
    await desk.notifications.change(f"DELETE FROM access_grants WHERE user_id <> '{desk.lars.user_id}'")


async def settle(readers: Readers, people: list[Somebody]) -> list[UUID]:
    """The ids of these people, who are where they are and chose what they chose."""
    ids = [uuid4() for _ in people]
    for user_id, (grants, tag, is_off) in zip(ids, people, strict=True):
        await readers.desk.notifications.hear(person(user_id, address_of(user_id), "Ada", locale=tag))
        for place, role, source in grants:
            await readers.join(PLACES[place], role, source=source, user_id=user_id)
        if is_off:
            await readers.desk.notifications.change(OFF.format(user_id))
    return ids


async def work(news: Newsroom, dies: list[bool]) -> None:
    """Every step comes to its end at last, but some workers die before their transaction commits."""
    tell, plan, job = sending._tell, iter(dies), news.desk.notifications.job

    async def dying(*of: Any) -> int:
        made = await tell(*of)
        if next(plan, False):
            raise RuntimeError("the worker dies")
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sending, "_tell", dying)
        patched.setattr(sending, "PAGE", 2)
        for _ in range(len(dies) + 6):
            await news.desk.notifications.change(DUE)
            await advance_campaigns(job)
    while await send_due_news(job):
        pass


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=st.lists(PERSON, max_size=6), segment=SEGMENT, dies=st.lists(st.booleans(), max_size=4))
@pytest.mark.rule("I13", "I28", "D23", "D24")
async def test_each_person_who_is_meant_and_did_not_opt_out_gets_exactly_one_mail_and_nobody_else_any(
    desk: Desk, people: list[Somebody], segment: dict[str, Any], dies: list[bool]
) -> None:
    await begin_anew(desk)
    news, readers = newsroom(desk), Readers(desk)
    await desk.notifications.hear(workspace(DIRECT, PROVIDER, "customer", "Tidewater"))
    ids = await settle(readers, people)
    meant = [is_meant(each, segment) for each in people]
    id_ = await news.draft(segment=segment)
    await news.schedule(id_, expected=200 if any(meant) else 409)

    await work(news, dies)

    got = [len(desk.notifications.server.to(address_of(user_id))) for user_id in ids]
    assert got == [int(each and not off) for each, (_, _, off) in zip(meant, people, strict=True)]
    assert len(desk.notifications.server.mails) == sum(got)
    found = await news.read(id_)
    assert found["recipients"] == sum(meant)
    assert found["state"] == ("sent" if any(meant) else "draft")
    assert await desk.notifications.problems() == []
