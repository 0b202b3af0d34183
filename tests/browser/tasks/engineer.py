"""What an engineer of a partner does most: working for a customer."""

import re
from collections.abc import Sequence

from playwright.async_api import expect

from deploy.demo.companies import ANA, TOM
from tests.browser.tasks.worker import Task, Worker
from tests.harness.installation import Installation

ELENA = "elena@brightwater.example"


async def may_work_for_a_customer(installed: Installation) -> None:
    ana, elena = await installed.signed_in(ANA.address), await installed.signed_in(ELENA)
    tom = await installed.signed_in(TOM.address)
    customer = (await elena.get("/api/identity/workspaces/current"))["id"]
    user = (await tom.get("/api/identity/me"))["id"]
    await ana.post("/api/identity/links", {"customer_id": customer, "user_id": user, "role": "regular"})


async def find_a_customer(tom: Worker) -> None:
    await tom.side("Customers")
    await tom.write(tom.page.get_by_role("searchbox").first, "water")
    await expect(tom.page.locator("[data-row]")).to_have_count(1)
    await tom.sees("Brightwater Media")


async def work_for_it(tom: Worker) -> None:
    await tom.side("Customers")
    await tom.button("View Brightwater Media")
    await expect(tom.page.locator(".behalf")).to_contain_text("Brightwater Media")


async def see_what_it_has(tom: Worker) -> None:
    await tom.side("Services")
    await tom.sees("Studio A")


async def diagnose(tom: Worker) -> None:
    await tom.side("Services")
    await tom.link("render-1")
    await tom.button("Diagnose")
    await tom.sees("all values are within their limits")


async def order_for_it(tom: Worker) -> None:
    await tom.link("Order a service")
    await tom.link(re.compile("1 Gbps port"))
    await tom.write(tom.page.get_by_label("Name of the service"), "Uplink of the studio")
    await tom.button("Review the order")
    await tom.button("Place the order")
    await tom.is_done()


async def change_a_service(tom: Worker) -> None:
    await tom.side("Services")
    await tom.link("Uplink of the studio")
    await tom.link("Change")
    await tom.page.get_by_label("Term in months").select_option("24")
    await tom.button("Review the change")
    await tom.button("Order the change")
    await tom.is_done()


async def see_an_order(tom: Worker) -> None:
    await tom.side("Orders")
    await tom.link(re.compile("^ORD-"))
    await tom.sees("Uplink of the studio")


async def cancel_a_service(tom: Worker) -> None:
    await tom.side("Services")
    await tom.link("Uplink of the studio")
    await tom.link("Cancel")
    await tom.page.get_by_label("Now").check()
    await tom.write(tom.page.get_by_label(re.compile("Name of the service")), "Uplink of the studio")
    await tom.button("Cancel the service")
    await tom.is_done()


async def end_the_work(tom: Worker) -> None:
    await tom.press(tom.page.locator(".behalf").get_by_role("button").first)
    await expect(tom.page.locator(".behalf")).to_have_count(0)


async def see_all_orders(tom: Worker) -> None:
    await tom.side("Orders")
    await tom.sees("Brightwater Media")


ENGINEER: Sequence[Task] = (
    ("Find a customer by a part of its name", find_a_customer),
    ("Begin to work for it", work_for_it),
    ("See what it has", see_what_it_has),
    ("Diagnose one of its services", diagnose),
    ("Order a service for it", order_for_it),
    ("Change one of its services", change_a_service),
    ("See what was ordered", see_an_order),
    ("Cancel one of its services", cancel_a_service),
    ("End the work", end_the_work),
    ("See the orders of all customers", see_all_orders),
)
