"""The operations of licences, those of people and those that software asks for with a licence key."""

from datetime import UTC, datetime
from uuid import UUID

from pydantic import SecretStr

from services.provisioning.licences.signing import sign, signing_keys_of
from tests.authorisation.entries import Ask, Entry, Nested, Proof
from tests.authorisation.licensed import FINGERPRINT
from tests.authorisation.world import World
from tests.harness.services import SETTINGS

NOT_REVOKED = frozenset({"licence-not-revoked"})


def _signed(world: World) -> str:
    """The key of a licence, as its row says it."""
    row, keys = world.rows["licences"][0], signing_keys_of(SecretStr(SETTINGS["licence_keys"]))
    claims = {
        "licence": row.id, "generation": 1, "workspace": str(row.workspace_id), "product": "circuit",
        "product_name": "Circuit", "company": "Northwind", "quantity": 1, "configuration": {},
        "issued_on": datetime.now(UTC).date().isoformat(), "maintenance_until": None, "valid_until": None,
    }  # fmt: skip
    return sign(keys, "licence", claims, key_id=keys.newest)


def _a_check(world: World) -> Ask:
    return Ask(body={"key": _signed(world)})


def _a_wrong_check(world: World) -> Ask:
    return Ask(body={"key": _signed(world)[:-8]})


def _an_activation(world: World) -> Ask:
    return Ask(body={"key": _signed(world), "fingerprint": FINGERPRINT, "machine_name": "build-1"})


def _a_wrong_activation(world: World) -> Ask:
    return Ask(body={"key": str(UUID(int=0)), "fingerprint": FINGERPRINT, "machine_name": "build-1"})


def _revocations(world: World) -> Ask:
    return Ask({"product_key": world.rows["product keys"][0].id})


def _no_revocations(_: World) -> Ask:
    return Ask({"product_key": "no-such-product"})


LICENCES: dict[str, tuple[Entry | Proof, ...]] = {
    "GET /licences": (Entry(lists="licences"), Entry(query={"count": "true", "descending": "false"}, lists="licences")),
    "GET /licences/{licence_id}": (Entry("licences"),),
    "GET /licences/of-service/{service_id}": (Entry("licensed services"),),
    "POST /licences/{licence_id}/key": (Entry("licences"),),
    "POST /licences/{licence_id}/rotate": (Entry("licences"),),
    "POST /licences/{licence_id}/activations/{activation_id}/release": (Nested("activations"),),
    "POST /activations": (Proof(_an_activation, _a_wrong_activation, hidden=422),),
    "POST /licence-checks": (Proof(_a_check, _a_wrong_check, hidden=422),),
    "GET /licence-keys": (Proof(lambda _: Ask()),),
    "GET /licence-revocations/{product_key}": (Proof(_revocations, _no_revocations),),
    "GET /customers/{workspace_id}/licences": (Entry("customers of the seller"),),
    "GET /customers/{workspace_id}/licences/{licence_id}": (Nested("licences of customers"),),
    "POST /customers/{workspace_id}/licences/{licence_id}/revoke": (
        Nested("licences of customers", body={"reason": "No."}),
    ),
    "POST /customers/{workspace_id}/licences/{licence_id}/reinstate": (
        Nested("licences of customers", refusals=NOT_REVOKED),
    ),
}
