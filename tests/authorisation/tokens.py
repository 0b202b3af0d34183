"""The credentials of the callers, made from sessions and grants that identity gave, ended and revoked."""

import base64
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.identity.keys.service import signing_key
from tests.authorisation.callers import CALLERS, CUSTOMER, KINDS, PARENTS, PARTNER, Caller, Credential, address_of
from tests.authorisation.tree import Tree
from tests.harness.services import SERVICE_KEY
from tests.identity.harness import Person

Claims = dict[str, Any]
RENEWED_AFTER = 30.0


@dataclass
class Tokens:
    """Signs each caller's claims anew while the matrix runs, which takes longer than a token lives."""

    key: OKPKey
    claims: dict[Caller, Claims]
    _signed: dict[Caller, tuple[float, str]] = field(default_factory=dict)

    def headers(self, caller: Caller) -> dict[str, str]:
        if caller.credential == Credential.nothing:
            return {}
        if caller.credential == Credential.service_key:
            return {"Authorization": f"Bearer {SERVICE_KEY}"}
        return {"Authorization": f"Bearer {self._token(caller)}"}

    def _token(self, caller: Caller) -> str:
        at, token = self._signed.get(caller, (0.0, ""))
        if time.time() - at > RENEWED_AFTER:
            token = self._sign(caller)
            self._signed[caller] = (time.time(), token)
        return token

    def _sign(self, caller: Caller) -> str:
        lives = -1 if caller.credential == Credential.expired_token else 60
        claims = self.claims[caller] | {"exp": int(time.time()) + lives}
        return jwt.encode({"alg": "Ed25519", "kid": self.key.kid}, claims, self.key, algorithms=["Ed25519"])


async def issue_tokens(tree: Tree) -> Tokens:
    """A session for each caller. Those that are to end have ended afterwards."""
    await _visit(tree)
    claims = {caller: await _claims_of(tree, caller) | _suspended(caller) for caller in CALLERS}
    runtime = tree.identity.runtime
    async with runtime.worker_sessions.begin() as session:
        key = (await signing_key(session, runtime.settings.key_secret, runtime.clock.real_now())).key
    return Tokens(key, claims)


async def _visit(tree: Tree) -> None:
    """Somebody of the partner has worked on behalf of its customer."""
    visitor = await tree.identity.sign_in(address_of(PARTNER, "admin"))
    await visitor.post("on-behalf", {"workspace": CUSTOMER})
    await visitor.post("on-behalf/end")


def _suspended(caller: Caller) -> Claims:
    """The suspension in a token that is newer than every copy of the workspace."""
    return {"sus": True, "wv": 1_000_000} if caller.suspended else {}


async def _claims_of(tree: Tree, caller: Caller) -> Claims:
    if caller.credential in (Credential.nothing, Credential.service_key):
        return {"sub": None}
    if caller.only == "revoked":
        return await _of_removed_user(tree, caller)
    has_own_session = (
        caller.from_parent or caller.previewed_by or caller.credential == Credential.token_of_an_ended_session
    )
    person = await tree.identity.sign_in(caller.address) if has_own_session else tree.people[caller.address]
    if caller.from_parent:
        await person.post("on-behalf", {"workspace": caller.workspace})
    if caller.previewed_by:
        await person.post("previews", await _first_bill_group(tree, caller.workspace))
    found = await claims_of(person)
    if caller.credential == Credential.token_of_an_ended_session:
        answer = await tree.identity.http.post("/api/identity/sessions/end", json={"session": person.session})
        assert answer.is_success
    return found | _in(tree, caller.workspace) if caller.linked_as else found


async def _first_bill_group(tree: Tree, workspace: str) -> dict[str, str]:
    here = tree.ids[workspace]
    query = "SELECT bill_group_id FROM bill_groups WHERE workspace_id = :here AND is_default"
    [group] = await tree.identity.sql(query, here=here)
    return {"customer_id": str(here), "bill_group_id": str(group["bill_group_id"])}


async def _of_removed_user(tree: Tree, caller: Caller) -> Claims:
    person = await tree.add_member(caller.workspace, caller.only, "regular")
    found = await claims_of(person)
    answer = await tree.person(caller.workspace, "admin").ask("DELETE", f"users/{found['sub']}")
    assert answer.is_success, answer.text
    return found


def _in(tree: Tree, workspace: str) -> Claims:
    """The claims of a token for this workspace. Identity gives none to whoever has only a link there."""
    parent = PARENTS[workspace]
    return {"ws": str(tree.ids[workspace]), "wk": KINDS[workspace], "pws": str(tree.ids[parent])}


async def claims_of(person: Person) -> Claims:
    """What identity's token for this person says."""
    payload = (await person.token())["access_token"].split(".")[1]
    found: Claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found
