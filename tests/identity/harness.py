"""Identity for its tests, with people who use it as browsers do: they sign in by mail and get a token per request."""

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import orjson
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import text

from deploy.business_time import set_offset
from services.identity.jobs import expire_invitations, expire_sessions, mail_challenges
from services.identity.provider import create_provider
from services.identity.secret_mail import QUEUE
from services.identity.verify import verify
from shared.app import Runtime
from shared.events import Actor
from shared.jobs import Job, JobContext
from shared.outbox import Cause, transaction
from tests.harness.databases import Database
from tests.harness.services import SERVICE_KEY

ROBIN = "robin@larkspur.example"
ANA = "ana@meridian.example"
TOM = "tom@meridian.example"
JONAS = "jonas@northwind.example"


@dataclass
class Mail:
    """A secret mail, decrypted as in notifications."""

    kind: str
    address: str
    link: str
    code: str | None
    body: dict[str, Any]
    letter: dict[str, Any]
    """What was sealed in the body."""

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.link).query)["t"][0]


@dataclass
class IdentityHarness:
    """The service over ASGI on an empty database."""

    app: FastAPI
    database: Database
    mail_key: str
    http: httpx.AsyncClient

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.runtime
        return runtime

    async def work(self, job: Job) -> int:
        """Run a job until it finds nothing to do. Returns what it did in total."""
        context = JobContext(self.runtime.worker_sessions, self.runtime.clock, self.runtime.settings)
        done = 0
        while found := await job(context):
            done += found
        return done

    async def mails(self, address: str | None = None) -> list[Mail]:
        """The secret mails sent to ``address``, or all, oldest first."""
        opened = []
        for body in await self.database.events(QUEUE):
            letter = orjson.loads(Fernet(self.mail_key).decrypt(str(body["sealed"]).encode()))
            if address in (None, letter["address"]):
                opened.append(Mail(str(body["kind"]), letter["address"], letter["link"], letter["code"], body, letter))
        return opened

    async def events(self, name: str) -> list[dict[str, Any]]:
        return await self.database.events(f"identity.{name}")

    async def problems(self) -> list[str]:
        async with self.runtime.worker_sessions() as session:
            return await verify(session)

    async def hear(self, handler: Any, event: Any) -> None:
        """Call a handler with an event, as the consumer does."""
        cause = Cause(Actor(), self.runtime.clock.now())
        async with transaction(self.runtime.worker_sessions, cause, workspace_id=event.workspace_id) as session:
            await handler(session, event)

    def move_clock(self, by: timedelta) -> None:
        """Move business time, not real time."""
        file = self.runtime.settings.clock_file
        assert file is not None
        set_offset(file, by)

    async def init(self, **names: str) -> None:
        """What ``portico init`` does."""
        given = {"display_name": "Larkspur Cloud", "slug": "larkspur", "locale": "en-US"}
        given |= {"admin_address": ROBIN, "admin_name": "Robin"}
        async with self.runtime.worker_sessions.begin() as session:
            await create_provider(session, **given | names, cause=Cause(Actor(), self.runtime.clock.now()))

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Run SQL as the owner of the tables."""
        async with self.database.owner.begin() as session:
            result: Any = await session.execute(text(statement), values)
            return list(result.mappings()) if result.returns_rows else []

    async def sign_in(self, address: str, device: str | None = None, **said: str) -> "Person":
        """Request the mail and enter its code, in a browser that says a ``locale`` and a ``time_zone``, or neither."""
        person = Person(self, address, device=device, said=said)
        asked = {"address": address, "browser": person.browser, "locale": said.get("locale")}
        challenge = (await self.http.post("/api/identity/sign-in-challenges", json=asked)).json()["challenge_id"]
        await person.prove(challenge)
        return person

    async def accept(self, address: str, **said: str) -> "Person":
        """Follow the newest invitation and prove the mailbox with the code."""
        person = Person(self, address, said=said)
        token = [mail for mail in await self.mails(address) if mail.kind == "invitation"][-1].token
        followed = {"token": token, "browser": person.browser, "locale": said.get("locale")}
        answer = await self.http.post("/api/identity/sign-in-challenges/invited", json=followed)
        assert answer.json()["state"] == "code_sent", answer.text
        await person.prove(answer.json()["challenge_id"])
        return person

    def as_service(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {SERVICE_KEY}"}


@dataclass
class Person:
    identity: IdentityHarness
    address: str
    browser: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str = ""
    device: str | None = None
    said: dict[str, str] = field(default_factory=dict)
    """What the browser says of the person's language and time zone."""

    async def prove(self, challenge_id: str) -> None:
        await self.identity.work(mail_challenges)
        code = (await self.identity.mails(self.address))[-1].code
        proof = {"browser": self.browser, "device": self.device or self.browser, "code": code} | self.said
        answer = await self.identity.http.post(f"/api/identity/sign-in-challenges/{challenge_id}/redeem", json=proof)
        assert answer.status_code == 200, answer.text
        self.session = answer.json()["session"]

    async def token(self) -> dict[str, Any]:
        """The answer that the portal gets for each page."""
        answer = await self.identity.http.post("/api/identity/tokens", json={"session": self.session})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def open_page(self) -> dict[str, Any]:
        """What the portal does for a page that the person opens."""
        told = await self.token()
        where = {"session": self.session}
        assert (await self.identity.http.post("/api/identity/sessions/presence", json=where)).status_code == 204
        if told["ended"]:
            assert (await self.identity.http.post("/api/identity/sessions/move-on", json=where)).status_code == 204
        return told

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Send a request with a fresh token, or with ``token`` if given."""
        token = options.pop("token", None) or (await self.token())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        if method == "POST":
            headers["Idempotency-Key"] = options.pop("key", str(uuid4()))
        return await self.identity.http.request(method, f"/api/identity/{path}", json=body, headers=headers, **options)

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        answer = await self.ask("POST", path, body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def user_id(self) -> UUID:
        return UUID((await self.token())["user"]["id"])


Request = tuple[Person, str, str, Any]
"""Who asks, with which method, at which path, with which body."""


async def at_once(*requests: Request) -> list[int]:
    """The status of each of these requests, none of which may be an error of ours. All have their tokens before the
    first is sent."""
    tokens = [(await person.token())["access_token"] for person, *_ in requests]
    sent = [who.ask(*what, token=token) for (who, *what), token in zip(requests, tokens, strict=True)]
    statuses = [answer.status_code for answer in await asyncio.gather(*sent)]
    assert max(statuses) < 500
    return statuses


@dataclass
class Story:
    """Larkspur's partner Meridian with its admin Ana and its user Tom, and Jonas's connected customer Northwind."""

    identity: IdentityHarness
    robin: Person
    ana: Person
    tom: Person
    jonas: Person
    northwind: str

    def within(self, identity: IdentityHarness) -> "Story":
        """The same people, with their sessions, in this identity."""
        people = [replace(person, identity=identity) for person in (self.robin, self.ana, self.tom, self.jonas)]
        return Story(identity, *people, self.northwind)

    async def link_tom(self, role: str | None = None) -> dict[str, Any]:
        """Ana links Tom to Northwind, with ``role`` if given."""
        asked = {"customer_id": self.northwind, "user_id": str(await self.tom.user_id())}
        link = await self.ana.post("links", asked)
        if role:
            await self.ana.ask("PATCH", f"links/{link['id']}", {"role": role})
        return dict(link)

    async def northwind_seen_by(self, person: Person, **params: Any) -> dict[str, Any] | None:
        rows = (await person.get("customers", **params))["items"]
        return next((row for row in rows if row["id"] == self.northwind), None)


async def told(person: Person, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = await person.ask(method, path, body)
    refused = answer.content and answer.status_code >= 400
    return answer.status_code, answer.json()["type"].rpartition("/")[2] if refused else ""


async def invite(by: Person, address: str, name: str, role: str) -> Person:
    await by.post("invitations", {"address": address, "display_name": name, "role": role})
    return await by.identity.accept(address)


async def add_customer(parent: Person, name: str, address: str) -> tuple[str, Person]:
    """A customer below ``parent``'s workspace, connected by the owner of ``address``."""
    made = await parent.post("customers", {"display_name": name})
    await parent.ask("PUT", f"customers/{made['id']}/contact", {"address": address, "display_name": "Admin"})
    await parent.post(f"customers/{made['id']}/invite", {"role": "admin"})
    return made["id"], await parent.identity.accept(address)


async def set_up_story(identity: IdentityHarness) -> Story:
    """Everything up to Jonas's first sign-in, through the API."""
    await identity.init()
    robin = await identity.sign_in(ROBIN)
    partner = {"display_name": "Meridian Partners", "address": ANA, "contact_name": "Ana"}
    await robin.post("partners", partner)
    ana = await identity.accept(ANA)
    tom = await invite(ana, TOM, "Tom", "regular")
    northwind, jonas = await add_customer(ana, "Northwind Logistics", JONAS)
    return Story(identity, robin, ana, tom, jonas, northwind)


__all__ = ["ANA", "JONAS", "ROBIN", "TOM", "IdentityHarness", "Mail", "Person", "Story", "add_customer",
           "expire_invitations", "expire_sessions", "invite", "mail_challenges", "set_up_story", "told"]  # fmt: skip
