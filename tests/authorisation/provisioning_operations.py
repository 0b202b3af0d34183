"""The operations of provisioning."""

from tests.authorisation.add_on_operations import ADD_ONS
from tests.authorisation.business import CIRCUIT
from tests.authorisation.callers import Caller
from tests.authorisation.entries import Body, Entry, Nested, Proof, exports_of
from tests.authorisation.holders_operations import IN_PERSON
from tests.authorisation.infrastructure_operations import INFRASTRUCTURE
from tests.authorisation.licences_operations import LICENCES
from tests.authorisation.manual_operations import MANUAL
from tests.authorisation.release_operations import RELEASING
from tests.authorisation.world import World

PRODUCT = {"display_name": "Circuit", "configuration_schema": {"type": "object"}}
NO_GROUP = frozenset({"ordered-for-customers"})
"""Of a workspace that is no customer: it has no bill group that could pay."""
NOT_CANCELLABLE = frozenset({"not-cancellable"})
"""Operations of orders, and those that have ended."""
NOT_SCHEDULED = frozenset({"cancellation-not-scheduled"})
NOT_SUSPENDED = frozenset({"service-not-active"})
NOT_OFFERED = frozenset({"verb-not-offered"})
"""By circuits, which have no credentials."""
OTHERS_CREDENTIALS = frozenset({"others-credentials"})
LOCATION = {"display_name": "New", "city": "Berlin"}
LOCATIONS = {"rows": [LOCATION]}
IN_USE = frozenset({"location-in-use"})
OTHERS = frozenset({"others-order"})


def an_order(world: World, caller: Caller, _: str | None) -> Body:
    return world.offer | {"configuration": {}}


def an_approval(world: World, caller: Caller, _: str | None) -> Body:
    return {"plan_version_id": world.offer["plan_version_id"]}


def a_change(world: World, caller: Caller, _: str | None) -> Body:
    return an_approval(world, caller, _) | {"configuration": {"note": "bigger"}}


PROVISIONING: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /products": (Entry(lists="products"),),
    "GET /products/{key}": (Entry("product keys"),),
    "GET /products/{key}/brought": (Entry("product keys"),),
    "POST /products": (Entry(body=CIRCUIT | {"key": "new"}),),
    "PUT /products/{key}": (Entry("product keys", body=PRODUCT),),
    "GET /catalogue": (
        Entry(lists="products of the catalogue"),
        Entry(query={"state": "offered"}, lists="products of the catalogue"),
    ),
    "GET /catalogue/{key}": (Entry("product keys"),),
    "POST /catalogue/{key}/withdraw": (Entry("product keys"),),
    "POST /catalogue/{key}/offer": (Entry("product keys"),),
    "POST /product-checks": (Entry(body=CIRCUIT | {"key": "new"}),),
    "GET /drivers": (Entry(),),
    "POST /orders": (
        Entry(body=an_order, refusals=NO_GROUP),
        Entry("bill groups", "body.bill_group_id", body=an_order, hidden=422),
    ),
    "POST /order-checks": (
        Entry(body=an_order, refusals=NO_GROUP),
        Entry("bill groups", "body.bill_group_id", body=an_order, hidden=422),
    ),
    "POST /order-checks/of-customers/{workspace_id}": (
        Entry("customers to order for", body=an_order, refusals=NO_GROUP),
    ),
    "GET /orders": (
        Entry(lists="orders"),
        Entry(query={"descending": "false", "q": "ord"}, lists="orders"),
    ),
    "GET /orders/{order_id}": (Entry("orders"),),
    "POST /orders/{order_id}/approve": (Entry("waiting orders", body=an_approval),),
    "POST /orders/{order_id}/refuse": (Entry("waiting orders", body={"reason": "No."}),),
    "POST /orders/{order_id}/withdraw": (Entry("waiting orders", refusals=OTHERS),),
    "POST /orders/{order_id}/retry": (Entry("failed orders"),),
    "GET /acknowledgements/count": (Entry(),),
    "GET /acknowledgements/{order_id}": (Entry("submitted orders"),),
    "POST /acknowledgements/{order_id}/acknowledge": (Entry("submitted orders"),),
    "POST /acknowledgements/{order_id}/return": (Entry("submitted orders", body={"reason": "No."}),),
    "GET /failed-orders": (Entry(lists="failed orders"),),
    "GET /all-orders": (Entry(lists="all orders"), Entry(query={"q": "ord"}, lists="all orders")),
    "GET /customer-orders": (
        Entry(lists="customers' orders"),
        Entry(query={"q": "ord", "descending": "false"}, lists="customers' orders"),
    ),
    "GET /customer-orders/counts": (Entry(),),
    "GET /failed-work": (Entry(lists="failed work"),),
    "POST /operations": (Entry("active services", "body.service_id", body={"verb": "diagnose"}),),
    "POST /credentials": (Entry("active services", "body.service_id", body={}, refusals=NOT_OFFERED),),
    "GET /credentials/{operation_id}": (Entry("resets"),),
    "POST /credentials/{operation_id}/show": (Entry("resets", refusals=OTHERS_CREDENTIALS),),
    "POST /changes": (Entry("active services", "body.service_id", body=a_change),),
    "POST /changes/check": (Entry("active services", "body.service_id", body=a_change),),
    "POST /cancellations": (
        Entry("active services", "body.service_id", body={"ends": "period_end", "end_reason": "other"}),
    ),
    "POST /cancellations/{order_id}/undo": (Entry("orders", refusals=NOT_SCHEDULED),),
    "POST /renewals": (Entry("active services", "body.service_id", body={"term_ends_on": None}),),
    "POST /renewals/extend": (Entry("active services", "body.service_id", body={"term_ends_on": None, "months": 12}),),
    "POST /suspensions": (Entry("active services", "body.service_id", body={"reason": "customer"}),),
    "POST /suspensions/{service_id}/end": (Entry("services", refusals=NOT_SUSPENDED),),
    "GET /operations": (Entry("services", "query.service_id", hidden=200),),
    "GET /operations/{operation_id}": (Entry("operations"),),
    "GET /operations/{operation_id}/output": (Entry("operations"),),
    "POST /operations/{operation_id}/cancel": (Entry("operations", refusals=NOT_CANCELLABLE),),
    "GET /own-accounts": (Entry(),),
    "GET /own-data": (Entry(refusals=IN_PERSON),),
    "GET /services": (
        Entry(lists="services"),
        Entry(query={"sort": "name", "count": "true"}, lists="services"),
    ),
    **ADD_ONS,
    **INFRASTRUCTURE,
    **LICENCES,
    **MANUAL,
    **RELEASING,
    "GET /locations": (Entry(lists="locations"), Entry(query={"count": "true", "q": "office"})),
    "GET /locations/{location_id}": (Entry("locations"),),
    "POST /locations": (
        Entry(body=LOCATION),
        Entry("bill groups", "body.bill_group_id", body=LOCATION, hidden=422),
    ),
    "POST /locations/import/check": (Entry(body=LOCATIONS),),
    "POST /locations/import": (Entry(body=LOCATIONS),),
    "PUT /locations/{location_id}": (Entry("locations", body=LOCATION),),
    "POST /locations/{location_id}/close": (Entry("locations", refusals=IN_USE),),
    "GET /customers/{workspace_id}/locations": (Entry("customers with locations"),),
    "GET /customers/{workspace_id}/locations/{location_id}": (Nested("locations of customers"),),
    "POST /customers/{workspace_id}/locations": (Entry("customers with locations", body=LOCATION),),
    "POST /customers/{workspace_id}/locations/import/check": (Entry("customers with locations", body=LOCATIONS),),
    "POST /customers/{workspace_id}/locations/import": (Entry("customers with locations", body=LOCATIONS),),
    "PUT /customers/{workspace_id}/locations/{location_id}": (Nested("locations of customers", body=LOCATION),),
    "POST /customers/{workspace_id}/locations/{location_id}/close": (
        Nested("locations of customers", refusals=IN_USE),
    ),
    "GET /services/counts": (Entry(),),
    "GET /parts/{service_id}": (Entry("services"),),
    "GET /services/{service_id}": (Entry("services"),),
    "PUT /services/{service_id}/labels": (Entry("services", body={"labels": ["new"]}),),
    "PATCH /services/{service_id}": (Entry("services", body={"display_name": "New"}),),
    **exports_of("provisioning", "services"),
}
