"""The operations of billing's quotes."""

from tests.authorisation.callers import Caller
from tests.authorisation.entries import Body, Entry
from tests.authorisation.world import World

MOVED_ON = frozenset({"quote-not-open"})
DRAFTED = MOVED_ON | {"draft-changed", "plan-not-quotable", "nothing-to-offer"}
MESSAGE = {"body": "When can it be there?"}


def an_answer(world: World, caller: Caller, _: str | None) -> Body:
    return {"offer_version": 1, "name": "Jonas Weber"}


def a_refusal(world: World, caller: Caller, _: str | None) -> Body:
    return {"offer_version": 1, "reason": "Too dear."}


QUOTES: dict[str, tuple[Entry, ...]] = {
    "GET /quotes": (Entry(lists="quotes"), Entry(query={"state": "offered"}, lists="offered quotes")),
    "POST /quotes": (Entry(body={"wish": "Twenty ports."}, refusals=frozenset({"not-found", "too-many-quotes"})),),
    "GET /quotes/{quote_id}": (Entry("quotes"),),
    "GET /quotes/{quote_id}/pdf": (Entry("offered quotes", refusals=frozenset({"offer-not-printed"})),),
    "POST /quotes/{quote_id}/withdraw": (Entry("requested quotes", refusals=MOVED_ON),),
    "POST /quotes/{quote_id}/accept": (Entry("offered quotes", body=an_answer, refusals=MOVED_ON | {"not-on-behalf"}),),
    "POST /quotes/{quote_id}/decline": (Entry("offered quotes", body=a_refusal, refusals=MOVED_ON),),
    "POST /quotes/{quote_id}/messages": (Entry("quotes", body=MESSAGE),),
    "GET /quoting": (Entry(lists="quotes of customers"),),
    "POST /quoting/of-customers/{workspace_id}": (Entry("accounts", body={}),),
    "GET /quoting/{quote_id}": (Entry("quotes of customers"),),
    "GET /quoting/{quote_id}/pdf": (Entry("offered quotes of customers", refusals=frozenset({"offer-not-printed"})),),
    "PUT /quoting/{quote_id}/draft": (
        Entry("requested quotes of customers", body={"version": 0, "lines": []}, refusals=DRAFTED),
    ),
    "POST /quoting/{quote_id}/offer": (
        Entry("drafted quotes of customers", body={"draft_version": 1}, refusals=DRAFTED),
    ),
    "POST /quoting/{quote_id}/revise": (Entry("offered quotes of customers", refusals=MOVED_ON),),
    "POST /quoting/{quote_id}/withdraw": (
        Entry("requested quotes of customers", body={"reason": ""}, refusals=MOVED_ON),
    ),
    "POST /quoting/{quote_id}/order-again": (Entry("accepted quotes of customers", refusals=MOVED_ON),),
    "POST /quoting/{quote_id}/messages": (Entry("quotes of customers", body=MESSAGE),),
    "POST /quoting/{quote_id}/notes": (Entry("quotes of customers", body=MESSAGE),),
}
