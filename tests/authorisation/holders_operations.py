"""The operations of the holders of accounts, and of the end of people's and companies' accounts."""

from tests.authorisation.callers import CUSTOMER, Caller, address_of
from tests.authorisation.entries import Body, Entry, Nested
from tests.authorisation.world import World

IN_PERSON = frozenset({"only-in-person"})
NOT_ASKED = frozenset({"holder-change-open", "is-a-holder", "not-a-user-here", "nobody-holds"})


def a_holder(world: World, caller: Caller, _: str | None) -> Body:
    return {"address": address_of(caller.workspace, "spare")}


def a_holder_below(world: World, caller: Caller, id_: str | None) -> Body:
    slug = next((slug for slug, workspace_id in world.tree.ids.items() if str(workspace_id) == id_), CUSTOMER)
    return {"address": address_of(slug, "spare"), "reason": "The holder has left."}


HOLDERS: dict[str, tuple[Entry, ...]] = {
    "GET /erasures/own": (Entry(),),
    "POST /erasures": (
        Entry(
            body=lambda world, caller, _: {"address": caller.address},
            refusals=frozenset({"erasure-open", "holder-stays", "last-admin", "only-in-person", "sign-in-first"}),
        ),
    ),
    "POST /erasures/own/withdraw": (Entry(refusals=frozenset({"not-found", "only-in-person"})),),
    "GET /own-data": (Entry(refusals=IN_PERSON),),
    "POST /own-data/downloads": (
        Entry(refusals=frozenset({"only-in-person", "sign-in-first", "too-many-own-downloads"})),
    ),
    "GET /closings/own": (Entry(),),
    "POST /closings": (
        Entry(
            body=lambda world, caller, _: {"account_number": world.tree.numbers.get(caller.workspace, "AC-1")},
            refusals=frozenset({"partner-has-customers", "sign-in-first", "workspace-is-closing"}),
        ),
    ),
    "POST /closings/own/keep": (Entry(refusals=frozenset({"not-closing"})),),
    "GET /closings/below/{workspace_id}": (Entry("workspaces below"),),
    "GET /holders": (Entry(),),
    "PUT /holders/control": (Entry(body={"holder_control": True}),),
    "POST /holders/check": (Entry(),),
    "PUT /holders/slots/{slot}": (Entry(path={"slot": "primary"}, body=a_holder, refusals=NOT_ASKED),),
    "POST /holders/changes/{change_id}/withdraw": (Entry("holder changes"),),
    "POST /holders/changes/{change_id}/confirm": (Entry("holder changes to answer", refusals=IN_PERSON),),
    "POST /holders/changes/{change_id}/decline": (Entry("holder changes to answer", refusals=IN_PERSON),),
    "POST /holders/changes/{change_id}/undo": (Entry("holder changes to undo", refusals=IN_PERSON),),
    "GET /holders/below/{workspace_id}": (Entry("workspaces below"),),
    "PUT /holders/below/{workspace_id}/slots/{slot}": (
        Entry("workspaces below", path={"slot": "primary"}, body=a_holder_below, refusals=NOT_ASKED),
    ),
    "POST /holders/below/{workspace_id}/changes/{change_id}/second": (Nested("requested holder changes"),),
    "POST /holders/below/{workspace_id}/changes/{change_id}/withdraw": (Nested("requested holder changes"),),
}
