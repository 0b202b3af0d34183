"""What a clerk of a company that rents things out does most: confirming, delivering, looking after customers."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from playwright.async_api import FilePayload, expect

from services.portal.csv_files import write_csv
from tests.browser.tasks.worker import Task, Worker, order
from tests.browser.test_by_hand import photo
from tests.harness.installation import Installation

ALDER = "Alder Foundry"
ELENA = "elena@brightwater.example"
GATEWAY, WALL = "edge-gateway", {"mounting": "Wall"}


async def has_work(installed: Installation) -> None:
    elena = await installed.signed_in(ELENA)
    await order(elena, GATEWAY, WALL, "Gateway of the branch")
    await order(elena, GATEWAY, WALL, "Gateway of the cellar")
    fibre = {"location": "ams", "street": "88 Canal Street, London"}
    await order(elena, "dark-fibre", fibre, "Fibre of the branch")


async def confirm_an_order(robin: Worker) -> None:
    await robin.link("See what waits")
    row = robin.page.get_by_role("row").filter(has_text="Brightwater Media")
    await robin.press(row.get_by_role("link", name=re.compile("ORD-")))
    await robin.button("Confirm the order")
    await robin.sees("is confirmed. Its provisioning begins.")


async def plan_a_delivery(robin: Worker) -> None:
    await robin.side("Work by hand")
    await robin.link("Gateway of the branch")
    planned_for = robin.page.get_by_label("Planned for")
    today = date.fromisoformat(await planned_for.get_attribute("min") or "")  # business time may be ahead
    await robin.write(planned_for, (today + timedelta(5)).isoformat())
    await robin.write(robin.page.get_by_label("Note"), "Between 9 and 12.")
    await robin.button("Plan it")
    await robin.sees("Its customer is told so.")


async def deliver_it(robin: Worker) -> None:
    await robin.side("Work by hand")
    await robin.link("Gateway of the branch")
    await robin.write(robin.page.get_by_label("Serial numbers"), "LKG-70001")
    await robin.button("It is done")
    await robin.sees("It is done. Its order goes on.")
    await robin.page.locator("input[type=file]").set_input_files(photo())
    await robin.button("Upload")
    await expect(robin.page.get_by_role("img", name="Photo of Gateway of the branch")).to_be_visible()


async def give_it_up(robin: Worker) -> None:
    await robin.side("Work by hand")
    await robin.link("Gateway of the cellar")
    await robin.link("Give it up…")
    await robin.write(robin.page.get_by_label("Reason"), "The cellar is under water.")
    await robin.button("Give it up")
    await robin.sees("The cellar is under water.")


async def add_a_customer(robin: Worker) -> None:
    await robin.side("Customers")
    await robin.link("Add customer")
    await robin.write(robin.page.get_by_label("Company name"), "Sorrel Rentals")
    await robin.submit()
    await robin.sees("Sorrel Rentals")


async def open_an_account(robin: Worker) -> None:
    await robin.side("Customers")
    await robin.link(re.compile(f"^Account of {ALDER}|^{ALDER}"))
    await robin.sees("Outstanding balance")


async def add_a_location(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Locations")
    await robin.link("Add location")
    await robin.write(robin.page.get_by_label("Name", exact=True), "Hall 3")
    await robin.write(robin.page.get_by_label("City"), "Chemnitz")
    await robin.button("Add location")
    await expect(robin.page.get_by_role("heading", name="Hall 3")).to_be_visible()


async def enter_its_assets(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Enter assets")
    titles = ("Serial number", "Product", "Plan", "Deployed at")
    rows = [titles, *((f"LKG-8000{n}", "Edge gateway", "Monthly", "Hall 3") for n in "12")]
    file: FilePayload = {"name": "assets.csv", "mimeType": "text/csv", "buffer": write_csv(rows)}
    await robin.page.get_by_label("File", exact=True).set_input_files(file)
    await robin.button("Check the file")
    await robin.button(re.compile("2 assets"))
    await robin.sees("2 assets are entered.")


async def suspend_it(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Suspend")
    await robin.write(robin.page.get_by_label("Reason"), "Three invoices are unpaid.")
    await robin.button(f"Suspend {ALDER}")
    await robin.sees("Suspended since")


async def end_the_suspension(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Suspension")
    await robin.button("End the suspension")
    await robin.sees("Outstanding balance")
    await expect(robin.page.get_by_text("Suspended since")).to_have_count(0)


async def propose_another_seller(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Change seller")
    await robin.page.get_by_label("New seller").select_option(label="Meridian Partners")
    await robin.write(robin.page.get_by_label("Reason"), "They look after the foundries in your region.")
    await robin.button("Propose the move")
    await robin.sees("It is proposed that the customer goes to Meridian Partners.")


async def take_it_back(robin: Worker) -> None:
    await open_an_account(robin)
    await robin.link("Change seller")
    await robin.button("Withdraw the proposal")
    await robin.sees("was withdrawn.")


CLERK: Sequence[Task] = (
    ("Confirm an order that waits", confirm_an_order),
    ("Plan a delivery", plan_a_delivery),
    ("Write down a delivery, with a photo", deliver_it),
    ("Say that something cannot be done", give_it_up),
    ("Add a customer", add_a_customer),
    ("Open a customer's account", open_an_account),
    ("Add a location for it", add_a_location),
    ("Enter the assets that are there, from a file", enter_its_assets),
    ("Suspend it", suspend_it),
    ("End its suspension", end_the_suspension),
    ("Propose another seller to it", propose_another_seller),
    ("Take the proposal back", take_it_back),
)
