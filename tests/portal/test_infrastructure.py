"""Sites and hosts for the provider's staff: their load, adding and changing them, maintenance."""

import pytest

from tests.portal.browsing import Visit
from tests.portal.fake_services import FakeServices
from tests.portal.samples import ident

PATH = "/provider/larkspur/infrastructure"
HOST = f"{PATH}/hosts/{ident('host')}"
SITE = {"display_name": "Vienna 2", "key": "vie2", "city": "Vienna", "country": "AT", "latitude": "48.2",
        "longitude": "16.4"}  # fmt: skip


@pytest.mark.rule("K9")
async def test_staff_see_the_load_of_sites_and_hosts_in_words(visit: Visit) -> None:
    lars = visit("lars")

    sites = (await lars.get(PATH)).text
    site = (await lars.get(f"{PATH}/sites/fra1")).text
    host = (await lars.get(HOST)).text

    for page in (sites, site, host):
        assert "96 of 128 taken, 32 free" in page
    assert "1 in maintenance" in sites
    assert "fra1-node-01" in site
    assert "Northwind Logistics" in host
    assert "48 CPU cores" in host


async def test_a_customer_has_no_pages_of_infrastructure(visit: Visit) -> None:
    for path in (PATH, f"{PATH}/sites/fra1", HOST, f"{HOST}/maintenance"):
        assert (await visit("jonas").get(path)).status_code in (403, 404, 409)


async def test_a_site_is_added_and_what_is_wrong_is_said_at_its_entry(visit: Visit) -> None:
    lars = visit("lars")

    wrong = await lars.post(f"{PATH}/sites/new", data=SITE | {"latitude": "far north"})
    taken = await lars.post(f"{PATH}/sites/new", data=SITE | {"key": "fra1"})
    added = await lars.post(f"{PATH}/sites/new", data=SITE)

    assert wrong.status_code == 422
    assert 'id="latitude-about"' in wrong.text
    assert "Another site has this key." in taken.text
    assert added.headers["location"] == f"{PATH}/sites/vie2"


async def test_a_host_is_added_and_never_has_less_than_is_taken(visit: Visit) -> None:
    lars = visit("lars")

    odd = await lars.post(f"{PATH}/sites/fra1/hosts/new", data={"display_name": "x", "capacity.ports": "many"})
    taken = await lars.post(f"{PATH}/sites/fra1/hosts/new", data={"display_name": "fra1-node-01"})
    added = await lars.post(f"{PATH}/sites/fra1/hosts/new", data={"display_name": "x", "capacity.ports": "48"})
    less = await lars.post(f"{HOST}/edit", data={"display_name": "fra1-node-01", "capacity.cpu_cores": "10"})
    saved = await lars.post(f"{HOST}/edit", data={"display_name": "fra1-node-01", "capacity.cpu_cores": "200"})

    assert "Enter a whole number." in odd.text
    assert "Another host of this site has this name." in taken.text
    assert added.headers["location"] == f"{PATH}/hosts/{ident('x')}"
    assert 'id="capacity.cpu_cores-about"' in less.text
    assert saved.headers["location"] == HOST


@pytest.mark.rule("K9")
async def test_maintenance_names_its_effect_before_it_begins(visit: Visit, fakes: FakeServices) -> None:
    lars = visit("lars")

    asked = (await lars.get(f"{HOST}/maintenance")).text
    before = fakes.hosts[0]["in_maintenance"]
    await lars.post(f"{HOST}/maintenance")
    during = (await lars.get(HOST)).text
    await lars.post(f"{HOST}/end-maintenance")

    assert "2 services run on it and stay there." in asked
    assert before is False
    assert "End the maintenance" in during
    assert "Put into maintenance" in (await lars.get(HOST)).text
