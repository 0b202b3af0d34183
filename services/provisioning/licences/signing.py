"""Signing and verifying what software at customers trusts: licence keys, receipts of activations and the list of
revoked keys. Each is a compact JWS with Ed25519, whose ``typ`` says which one it is, so that none passes for
another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, SecretStr, ValidationError

from services.provisioning.settings import private_keys_of

ALGORITHM = "Ed25519"
Typ = Literal["licence", "licence-activation", "licence-revocations"]


class NotGenuine(Exception):
    """It was not signed with a key of this installation, or is something else than it should be."""


class KeyClaims(BaseModel):
    """What a licence key says. Later versions may say more."""

    licence: UUID
    generation: int
    workspace: UUID
    product: str
    product_name: str
    company: str
    quantity: int
    configuration: dict[str, Any]
    issued_on: date
    maintenance_until: date | None
    valid_until: date | None


class RevocationClaims(BaseModel):
    """What a part of the list of revoked keys says."""

    product: str
    revoked: dict[UUID, int]


@dataclass(frozen=True, eq=False)
class SigningKeys:
    """The key pairs of an installation by their ids, the newest first. An id is the thumbprint of the public key
    (RFC 7638)."""

    by_id: Mapping[str, OKPKey] = field(repr=False)

    @property
    def newest(self) -> str:
        return next(iter(self.by_id))

    def chosen(self, key_id: str | None) -> str:
        """The id of this key if it is still in use, else of the newest one."""
        return key_id if key_id and key_id in self.by_id else self.newest

    def public_keys(self) -> list[dict[str, Any]]:
        """JSON Web Keys (RFC 7517)."""
        about = {"use": "sig", "alg": ALGORITHM}
        return [key.as_dict(private=False) | about | {"kid": id_} for id_, key in self.by_id.items()]


@lru_cache(maxsize=8)  # as many as tests have
def signing_keys_of(keys: SecretStr) -> SigningKeys:
    pairs = [
        OKPKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        for key in private_keys_of(keys)
    ]
    return SigningKeys({pair.thumbprint(): pair for pair in pairs})


def verifying_keys_of(key_set: str) -> SigningKeys:
    """Of published keys, which only verify. Raises `ValueError` for what is no JSON Web Key Set of such keys."""
    try:
        return SigningKeys({str(each["kid"]): OKPKey.import_key(each) for each in orjson.loads(key_set)["keys"]})
    except (JoseError, ValueError, KeyError, TypeError):
        raise ValueError("the public keys are no JSON Web Key Set of Ed25519 keys.") from None


def sign(keys: SigningKeys, typ: Typ, claims: Mapping[str, Any], *, key_id: str) -> str:
    """The same claims and key make the same text."""
    header = {"alg": ALGORITHM, "kid": key_id, "typ": typ}
    return jws.serialize_compact(header, orjson.dumps(claims), keys.by_id[key_id], algorithms=[ALGORITHM])


def read_key(keys: SigningKeys, text: str) -> KeyClaims:
    """What a licence key says, once its signature is verified. Raises `NotGenuine`."""
    try:
        return KeyClaims.model_validate_json(_verified(keys, "licence", text))
    except ValidationError:
        raise NotGenuine from None  # the error would contain the key


def read_revocations(keys: SigningKeys, text: str) -> RevocationClaims:
    """The same of a part of the list of revoked keys."""
    try:
        return RevocationClaims.model_validate_json(_verified(keys, "licence-revocations", text))
    except ValidationError:
        raise NotGenuine from None


def _verified(keys: SigningKeys, typ: Typ, text: str) -> bytes:
    """The payload. Raises `NotGenuine`, whatever is wrong."""
    try:
        header = jws.extract_compact(text.encode()).headers()
        key = keys.by_id[header["kid"]]
        found = jws.deserialize_compact(text, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotGenuine from None
    if header.get("typ") != typ or found.payload is None:
        raise NotGenuine
    return found.payload
