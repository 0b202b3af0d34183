"""A service over ASGI, with people who hold grants in it. A fake of identity answers its HTTP calls, with a key and
grants of the test's own."""

import importlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.serving import apps
from shared.app import Runtime, ServiceDefinition
from shared.auth.access import PersonGrants, replace_grants
from shared.events.grants import Grant
from tests.harness import kept
from tests.harness.databases import Database
from tests.harness.documented import Documented
from tests.harness.servers import rabbitmq_url

IDENTITY = "http://identity.example"
SERVICE_KEY = "key-of-the-services"
SETTINGS: dict[str, Any] = {
    "identity_url": IDENTITY,
    "service_key": SERVICE_KEY,
    "public_url": "https://portal.larkspur.example",
    "demo": True,
    "gateway_secret": "secret-of-the-gateway",
    "key_secret": "secret-of-the-signing-keys",
    "seal_key": "secret-of-the-seals",
    "mail_key": Fernet.generate_key().decode(),
    "secret_keys": Fernet.generate_key().decode(),
    "link_keys": Fernet.generate_key().decode(),
    "bounce_token": "token-of-the-mail-server",
    "licence_keys": Fernet.generate_key().decode(),
    "smtp_url": "smtp://127.0.0.1:1",
}
"""Values for all services; each one uses those that it has a setting for."""


@dataclass
class FakeIdentity:
    """A fake of what services call at identity: public keys, and a person's grants when their copy is behind."""

    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", parameters={"kid": "test"}))
    people: dict[UUID, PersonGrants] = field(default_factory=dict)
    reachable: bool = True
    asked_for_grants: int = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        if not self.reachable:
            raise httpx.ConnectError("identity is down", request=request)
        if request.url.path == "/api/identity/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        self.asked_for_grants += 1
        person = self.people.get(UUID(request.url.path.rsplit("/", 1)[-1]))
        return httpx.Response(200, text=person.model_dump_json()) if person else httpx.Response(404)

    def token(self, **claims: Any) -> str:
        """A valid access token, with these claims added or replaced. It lives longer than identity's, as a
        test does that plays many examples on a busy machine."""
        made = {"iss": "portico", "aud": "portico", "exp": int(time.time()) + 900} | claims
        return jwt.encode({"alg": "Ed25519", "kid": "test"}, made, self.key, algorithms=["Ed25519"])


@dataclass
class Caller:
    """A person with an access token, which ``http`` sends with each request."""

    http: httpx.AsyncClient
    user_id: UUID
    workspace_id: UUID
    session_id: UUID
    address: str
    claims: dict[str, Any]


class Running:
    """A service that answers over ASGI; its background work does not run."""

    def __init__(self, app: FastAPI, database: Database, identity: FakeIdentity) -> None:
        self.app, self.database, self.identity = app, database, identity
        self._clients: list[httpx.AsyncClient] = []

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.runtime
        return runtime

    def http(self, **headers: str) -> httpx.AsyncClient:
        transport = Documented(self.app)
        client = httpx.AsyncClient(transport=transport, base_url="http://service.example", headers=headers)
        self._clients.append(client)
        return client

    async def caller(
        self,
        role: str | None = "admin",
        *,
        workspace_id: UUID | None = None,
        kind: str = "customer",
        parent_workspace_id: UUID | None = None,
        via: str = "self",
        address: str = "jonas@northwind.example",
        bill_group_id: UUID | None = None,
        location_ids: Sequence[UUID | str] = (),
    ) -> Caller:
        """A person with ``role`` (None: no grant) in a workspace, a new one unless it is given; or only at these
        locations of a bill group."""
        user_id, session_id, workspace_id = uuid4(), uuid4(), workspace_id or uuid4()
        derived = via if via in ("on_behalf", "preview") else None
        source = derived or ("location_invitation" if location_ids else "membership")
        grants = [Grant(grant_id=uuid4(), workspace_id=workspace_id, role=role, bill_group_id=bill_group_id,
                        location_id=location_id, source=source, session_id=session_id if derived else None)
                  for location_id in location_ids or (None,)] if role else []  # fmt: skip
        person = PersonGrants(user_id=user_id, version=1, grants=grants)
        self.identity.people[user_id] = person
        await replace_grants(self.runtime.pool, person)
        claims = {"sub": str(user_id), "sid": str(session_id), "adr": address, "ws": str(workspace_id), "wk": kind,
                  "pws": str(parent_workspace_id) if parent_workspace_id else None, "via": via, "gv": 1}  # fmt: skip
        http = self.http(authorization=f"Bearer {self.identity.token(**claims)}")
        return Caller(http, user_id, workspace_id, session_id, address, claims)

    async def let_in(self, caller: Caller, workspace_id: UUID, role: str, **limits: Any) -> None:
        """Give the person a role in a further workspace."""
        former = self.identity.people[caller.user_id]
        grant = Grant(grant_id=uuid4(), workspace_id=workspace_id, role=role, **{"source": "membership"} | limits)
        person = former.model_copy(update={"version": former.version + 1, "grants": [*former.grants, grant]})
        self.identity.people[caller.user_id] = person
        await replace_grants(self.runtime.pool, person)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


def service_named(name: str) -> ServiceDefinition:
    service: ServiceDefinition = importlib.import_module(f"services.{name}.app").service
    return service


@asynccontextmanager
async def running(database: Database, clock_file: Path, **settings: Any) -> AsyncIterator[Running]:
    """The service of ``database``, with its API only."""
    service, identity = service_named(database.service), FakeIdentity()
    values = SETTINGS | {"database_url": database.api_url, "worker_database_url": database.worker_url}
    values |= {"rabbitmq_url": rabbitmq_url(), "clock_file": clock_file, "files_dir": clock_file.parent / "files"}
    values |= settings
    app = apps.create_app(service, service.settings_type(**values), worker=False,
                     transport=httpx.MockTransport(identity.answer))  # fmt: skip
    async with AsyncExitStack() as stack:
        with patch.multiple(apps, make_engine=kept.engine, make_pool=kept.pool):
            await stack.enter_async_context(app.router.lifespan_context(app))
        found = Running(app, database, identity)
        yield found
        await found.close()
