"""The commonest tasks of a partner's engineer, of a rental company's clerk and of a customer's admin, one after another
as on a working day. How often each presses something is what docs/usability.md says."""

import pytest

from deploy.demo.companies import ROBIN, TOM
from tests.browser.browsers import Browsers
from tests.browser.tasks.admin import ADMIN, has_news
from tests.browser.tasks.clerk import CLERK, has_work
from tests.browser.tasks.engineer import ENGINEER, may_work_for_a_customer
from tests.browser.tasks.worker import Worker
from tests.browser.test_first_story import told_otherwise
from tests.harness.installation import Installation

PEOPLE = {
    "engineer": (TOM.address, may_work_for_a_customer, ENGINEER),
    "clerk": (ROBIN.address, has_work, CLERK),
    "admin": ("priya@halcyon.example", has_news, ADMIN),
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", PEOPLE)
async def test_tasks_of_a_day_take_as_many_presses_as_we_say(
    browsers: Browsers, installed: Installation, who: str
) -> None:
    address, prepare, tasks = PEOPLE[who]
    await prepare(installed)
    worker = Worker(await browsers.open(address, locale="en-GB"))

    for name, does in tasks:
        await worker.page.goto("/")
        await does(worker)
        worker.task(name)

    assert told_otherwise(worker.counted, who) == ""
