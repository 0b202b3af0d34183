"""What an admin of a customer with several locations does most."""

import re
from collections.abc import Sequence

from playwright.async_api import expect

from deploy.demo.companies import ANA, MARA
from tests.browser.tasks.worker import Task, Worker, order
from tests.browser.test_importing_locations import file_of
from tests.harness.installation import Installation


async def has_news(installed: Installation) -> None:
    """A colleague asks for an order, and somebody of the seller was there."""
    mara = await installed.signed_in(MARA.address)
    await order(mara, "port-1g", {"location": "ams", "speed_gbps": 1, "term_months": 12}, "Line of the ward")
    ana = await installed.signed_in(ANA.address)
    await ana.post("/api/identity/on-behalf", {"workspace": "halcyon-health"})
    ana.forget_token()
    await ana.get("/api/provisioning/services")
    await ana.post("/api/identity/on-behalf/end", {})
    ana.forget_token()


async def add_a_location(priya: Worker) -> None:
    await priya.side("Locations")
    await priya.link("Add location")
    await priya.write(priya.page.get_by_label("Name", exact=True), "Leiden clinic")
    await priya.write(priya.page.get_by_label("City"), "Leiden")
    await priya.write(priya.page.get_by_label("Contact there"), "Bo Maas")
    await priya.write(priya.page.get_by_label("E-mail address of the contact"), "bo@halcyon.example")
    await priya.button("Add location")
    await expect(priya.page.get_by_role("heading", name="Leiden clinic")).to_be_visible()


async def invite_its_people(priya: Worker) -> None:
    await priya.side("Locations")
    await priya.link("Not Connected: invite Leiden clinic")
    await priya.button("Send invitation")
    await priya.sees("Invited on")


async def order_for_a_location(priya: Worker) -> None:
    await priya.side("Locations")
    await priya.link("Leiden clinic")
    await priya.link("Order for here")
    await priya.link(re.compile("Edge gateway"))
    await priya.write(priya.page.get_by_label("Name of the service"), "Gateway of Leiden")
    await priya.button("Review the order")
    await priya.button("Place the order")
    await priya.sees("plans when this is done.")


async def import_locations(priya: Worker) -> None:
    await priya.side("Locations")
    await priya.link("Import")
    file = file_of(("Assen clinic", "Assen", "NL"), ("Emmen clinic", "Emmen", "NL"))
    await priya.page.get_by_label("File", exact=True).set_input_files(file)
    await priya.button("Check the file")
    await priya.button("Import 2 locations")
    await priya.sees("2 locations are added.")


async def have_an_asset_moved(priya: Worker) -> None:
    await priya.side("Services")
    await priya.link("Edge gateway, reception")
    await priya.link("Move")
    await priya.page.get_by_label("To", exact=True).select_option(label="Leiden clinic, Leiden")
    await priya.button("Order the move")
    await priya.sees("Moved from")


async def approve(priya: Worker) -> None:
    await priya.link("See what waits")
    await priya.link(re.compile("^ORD-"))
    await priya.button("Approve and order")
    await priya.sees("is approved and placed.")


async def see_who_may_enter(priya: Worker) -> None:
    await priya.side("Users")
    await priya.link(re.compile("seller"))
    await priya.sees("Ana Oliveira")


async def see_what_was_done_on_behalf(priya: Worker) -> None:
    await priya.side("Users")
    await priya.link("Visits")
    await priya.sees("was here for")


async def see_what_is_deployed(priya: Worker) -> None:
    await priya.side("Locations")
    await priya.link("Rotterdam clinic")
    await priya.sees("Clinic uplink")


async def change_the_profile(priya: Worker) -> None:
    await priya.side("Settings")
    await priya.write(priya.page.get_by_label("Company name"), "Halcyon Health")
    await priya.button("Save")
    await priya.sees("The settings are saved.")


ADMIN: Sequence[Task] = (
    ("Add a location", add_a_location),
    ("Invite the people of a location", invite_its_people),
    ("Order something for a location", order_for_a_location),
    ("Import locations from a file", import_locations),
    ("Have an asset moved", have_an_asset_moved),
    ("Approve what a colleague asks for", approve),
    ("See who of the seller may enter", see_who_may_enter),
    ("See what they did", see_what_was_done_on_behalf),
    ("See what is deployed at a location", see_what_is_deployed),
    ("Change the company's name", change_the_profile),
)
