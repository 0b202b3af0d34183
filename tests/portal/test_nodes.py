"""Where a customer's services run: at a glance, at one site, one of them, and in the order form."""

import re

import httpx
import pytest

from services.portal.clients.infrastructure import Site
from services.portal.nodes.maps import HEIGHT, WIDTH, draw
from tests.portal import business
from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.infrastructure_answers import FRANKFURT, VIENNA, site
from tests.portal.samples import ident

NODES = "/w/northwind/nodes"


@pytest.mark.rule("K9")
async def test_all_services_are_seen_at_a_glance_by_site(visit: Visit) -> None:
    page = (await visit("jonas").get(NODES)).text

    assert "1 · Frankfurt 1" in page
    assert "Frankfurt, Germany" in page
    assert "Provisioning: Succeeded" in page
    assert 'aria-label="View all at Frankfurt 1">View all: 2</a>' in page
    assert "2 Vienna 1 (Vienna, Austria)" in page, "where nothing runs"
    assert page.count("<circle") == 2
    assert 'id="nowhere"' in page
    assert "fra02-metal-07" in page
    assert "fra1-node-01" not in page


@pytest.mark.rule("K9")
async def test_filters_narrow_the_services_and_no_counts(visit: Visit, fakes: FakeServices) -> None:
    fakes.most_counted = 1001

    page = (await visit("jonas").get(f"{NODES}?kind=node&state=active")).text
    odd = (await visit("jonas").get(f"{NODES}?kind=castle&state=lost")).text

    asked = [request.url.params for request in fakes.seen if request.url.path.endswith("/placements/sites")]
    assert [(each.get("kind"), each.get("state")) for each in asked] == [("node", "active"), (None, None)]
    assert "None of them matches the filters." in page
    assert "View all: more than 1,000" in page
    assert "Port to the warehouse" in odd


async def test_without_provisioning_the_page_says_so(visit: Visit, fakes: FakeServices) -> None:
    fakes.down = {"provisioning"}

    page = await visit("jonas").get(NODES)

    assert "cannot be shown just now" in page.text


@pytest.mark.rule("K9")
@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [("sites/fra1", "Frankfurt 1", "Port to the warehouse"), ("nowhere", "At no site", "fra02-metal-07")],
)
async def test_the_services_of_a_site_are_a_list(visit: Visit, path: str, name: str, shown: str) -> None:
    page = (await visit("jonas").get(f"{NODES}/{path}?kind=port")).text

    assert f"<h1>{name}</h1>" in page
    assert shown in page


async def test_a_site_that_is_not_there_is_not_found(visit: Visit) -> None:
    assert (await visit("jonas").get(f"{NODES}/sites/atlantis")).status_code == 404


@pytest.mark.rule("K9")
async def test_the_page_of_a_service_says_where_it_runs_with_and_without_a_script(visit: Visit) -> None:
    path = f"/w/northwind/services/{business.SERVICES[0]['id']}"
    browser = visit("jonas")

    whole = (await browser.get(path)).text
    alone = (await browser.get(f"{path}/place")).text
    part = (await browser.get(f"{path}/place", headers={"hx-request": "true"})).text
    nowhere = (await browser.get(f"/w/northwind/services/{ident('service-2')}/place")).text

    assert f'href="{path}/place"' in whole
    for page in (alone, part):
        assert "Frankfurt, Germany" in page
        assert "1 port, 10,000 Mbps of bandwidth" in re.sub(r"\s+", " ", page)
    assert "<html" in alone
    assert "<html" not in part
    assert "At no site:" in nowhere


@pytest.mark.rule("K9")
async def test_the_order_form_offers_sites_for_a_product_that_runs_on_hosts(visit: Visit, fakes: FakeServices) -> None:
    product = business.PRODUCTS[0] | {"needs": {"ports": 1}}
    fakes.replies["GET", f"/api/provisioning/products/{product['key']}"] = httpx.Response(200, json=product)
    browser = visit("jonas")

    form = (await browser.get(f"/w/northwind/orders/new/{product['key']}")).text
    fakes.sites_offered = []
    none = (await browser.get(f"/w/northwind/orders/new/{product['key']}")).text

    assert "Any site" in form
    assert "Vienna 1, Vienna" in form
    assert "No site has room for it now." in none


def test_a_map_shows_every_site_apart_within_its_frame() -> None:
    near = site("fra2", "Frankfurt 2", "Frankfurt", "DE", 50.12, 8.69)
    far = site("sin1", "Singapore", "Singapore", "SG", 1.35, 103.8)
    for sites in ([FRANKFURT], [FRANKFURT, VIENNA, near, far], [FRANKFURT] * 12):
        drawn = draw([(Site.model_validate(each), True) for each in sites])

        assert drawn is not None
        places = [(dot.x, dot.y) for dot in drawn.dots]
        assert len(set(places)) == len(sites)
        assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in places)
    assert draw([]) is None
