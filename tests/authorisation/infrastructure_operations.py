"""The operations of sites, hosts and placements."""

from tests.authorisation.entries import Entry, Proof

SITE = {"display_name": "New", "city": "Vienna", "country": "AT", "latitude": 48.2, "longitude": 16.4}

INFRASTRUCTURE: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /sites": (Entry(lists="sites"),),
    "GET /sites/{key}": (Entry("site keys"),),
    "POST /sites": (Entry(body=SITE | {"key": "new"}),),
    "PUT /sites/{key}": (Entry("site keys", body=SITE),),
    "GET /site-offers/{product_id}": (Entry("products"),),
    "GET /hosts": (Entry("sites", "query.site_id", hidden=200),),
    "GET /hosts/loads": (Entry(lists="sites"),),
    "GET /hosts/{host_id}": (Entry("hosts"),),
    "GET /hosts/{host_id}/services": (Entry("hosts", hidden=200),),
    "POST /hosts": (Entry("sites", "body.site_id", body={"display_name": "New", "capacity": {}}, hidden=422),),
    "PUT /hosts/{host_id}": (Entry("hosts", body={"display_name": "New", "capacity": {"ports": 2000}}),),
    "POST /hosts/{host_id}/begin-maintenance": (Entry("hosts"),),
    "POST /hosts/{host_id}/end-maintenance": (Entry("hosts"),),
    "GET /placements/sites": (Entry(lists="sites"),),
    "GET /placements/nowhere": (Entry(),),
    "GET /placements/services": (
        Entry(lists="services at no site"),
        Entry("sites", "query.site_id", hidden=200),
    ),
    "GET /placements/{service_id}": (Entry("services"),),
}
