"""Identity on a real database and broker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.serving.apps import create_app
from services.identity.app import service
from services.identity.settings import Settings
from tests.harness.databases import Contents, Database
from tests.harness.documented import Documented
from tests.harness.servers import rabbitmq_url
from tests.harness.services import SETTINGS
from tests.identity.harness import IdentityHarness, Story, set_up_story
from tests.identity.loopback import Loopback
from tests.identity.moves import Moving, make_moving
from tests.identity.portals import GroupPortal, make_portal_of

LIMITS = dict.fromkeys(
    ("sign_ins_per_network", "sign_ins_per_address", "sign_in_mails_per_hour", "invitations_per_mailbox"), 10_000
)
"""Out of the way of tests that are not about them."""


@pytest.fixture
async def start(
    database: Callable[[str], Awaitable[Database]], tmp_path: Path
) -> AsyncIterator[Callable[..., Awaitable[IdentityHarness]]]:
    """``await start()`` starts identity on an empty database. Keywords override settings."""
    async with AsyncExitStack() as stack:

        async def begin(**settings: Any) -> IdentityHarness:
            found, transport = await database("identity"), Loopback()
            values = SETTINGS | {"database_url": found.api_url, "worker_database_url": found.worker_url}
            values |= LIMITS | {"rabbitmq_url": rabbitmq_url()}
            values |= {"clock_file": tmp_path / "clock.json"} | settings
            app = create_app(service, Settings(**values), worker=False, transport=transport)
            transport.app = app
            await stack.enter_async_context(app.router.lifespan_context(app))
            browser = Documented(app)
            http = httpx.AsyncClient(transport=browser, base_url="http://identity.example")
            await stack.enter_async_context(http)
            return IdentityHarness(app, found, SETTINGS["mail_key"], http)

        yield begin


@pytest.fixture
async def identity(start: Callable[..., Awaitable[IdentityHarness]]) -> IdentityHarness:
    return await start()


@pytest.fixture(scope="session")
def told() -> list[tuple[Story, Contents]]:
    """The story and the rows that it left, once it was set up: further tests of the process begin with them."""
    return []


@pytest.fixture
async def story(identity: IdentityHarness, told: list[tuple[Story, Contents]]) -> Story:
    if not told:
        story = await set_up_story(identity)
        told.append((story.within(identity), await identity.database.contents()))
        return story
    story, contents = told[0]
    await identity.database.fill(contents)
    return story.within(identity)


@pytest.fixture
async def portal(story: Story) -> GroupPortal:
    """The portal of Northwind's bill group, which lets in everybody of its domain."""
    made = await make_portal_of(story)
    await made.add("northwind.example")
    return made


@pytest.fixture
async def moving(story: Story) -> Moving:
    """Northwind, which Meridian sells to, and another partner of Larkspur."""
    return await make_moving(story)
