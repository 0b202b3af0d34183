"""The operations of billing's subscriptions."""

from collections.abc import Mapping

from tests.authorisation.entries import Entry
from tests.authorisation.world import World

NO_TERM = frozenset({"not-renewable", "unavailable", "invalid", "term-changed"})
OTHER_PLAN = frozenset({"plan-does-not-fit"})


def to_some_plan(world: World) -> Mapping[str, str]:
    """A plan version, of whatever product."""
    return {"plan_version_id": world.rows["plan versions"][0].id, "quantity": "2"}


SUBSCRIPTIONS: dict[str, tuple[Entry, ...]] = {
    "GET /subscriptions": (Entry(lists="subscriptions"), Entry(query={"count": "true"}, lists="subscriptions")),
    "POST /subscriptions/{subscription_id}/renew": (
        Entry("subscriptions", body={"term_ends_on": None}, refusals=NO_TERM),
    ),
    "POST /subscriptions/{subscription_id}/extend": (
        Entry("subscriptions", body={"term_ends_on": None, "months": 12}, refusals=NO_TERM),
    ),
    "PUT /subscriptions/{subscription_id}/at-term-end": (
        Entry("subscriptions", body={"at_term_end": "end"}, refusals=NO_TERM),
    ),
    "GET /mrr": (Entry(),),
    "GET /mrr/customers": (Entry(),),
    "GET /failing-payments": (Entry(),),
    "GET /customers/{workspace_id}/mrr": (Entry("accounts"),),
    "GET /subscription-previews/change": (
        Entry("subscribed services", "query.service_id", query=to_some_plan, refusals=OTHER_PLAN),
    ),
    "GET /subscription-previews/end": (Entry("subscribed services", "query.service_id"),),
}
