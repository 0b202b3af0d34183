"""The operations of billing's subscriptions."""

from collections.abc import Mapping

from tests.authorisation.entries import Entry
from tests.authorisation.world import World

OTHER_PLAN = frozenset({"plan-does-not-fit"})


def to_some_plan(world: World) -> Mapping[str, str]:
    """A plan version, of whatever product."""
    return {"plan_version_id": world.rows["plan versions"][0].id, "quantity": "2"}


SUBSCRIPTIONS: dict[str, tuple[Entry, ...]] = {
    "GET /subscriptions": (Entry(lists="subscriptions"), Entry(query={"count": "true"}, lists="subscriptions")),
    "GET /subscription-previews/change": (
        Entry("subscribed services", "query.service_id", query=to_some_plan, refusals=OTHER_PLAN),
    ),
    "GET /subscription-previews/end": (Entry("subscribed services", "query.service_id"),),
}
