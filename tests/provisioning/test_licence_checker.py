"""Verifying licence keys: the checker in docs/licences.md as it is written there, and what the service says online."""

import base64
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from typer.testing import CliRunner

from deploy.cli.main import app
from deploy.environment import ROOT
from services.provisioning.licences.describing import MOST_CONFIGURATION, configuration_of
from services.provisioning.licences.signing import NotGenuine, read_key, sign, signing_keys_of
from tests.harness.services import SETTINGS
from tests.provisioning.harness import ProvisioningHarness
from tests.provisioning.licensing import Licensed

Check = Callable[..., dict[str, Any]]


def documented() -> dict[str, Any]:
    """The functions of the code in the documentation."""
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/licences.md").read_text(), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 36
    found: dict[str, Any] = {}
    exec(code, found)
    return found


@pytest.fixture
def check() -> Check:
    found: Check = documented()["check"]
    return found


@pytest.mark.rule("I5")
async def test_the_documented_checker_takes_a_key_and_refuses_one_that_was_changed(
    provisioning: ProvisioningHarness, check: Check
) -> None:
    licensed = await Licensed.of(provisioning)
    key, key_set, product = await licensed.key(), await licensed.key_set(), licensed.product["key"]
    head, payload, signature = key.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"quantity": 500}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")

    said = check(key, product, key_set)

    assert (said["company"], said["quantity"], said["configuration"]) == ("Northwind Logistics", 2, {"speed_gbps": 10})
    assert check(f" {key[:40]}\n{key[40:]} ", product, key_set) == said
    for wrong in (f"{head}.{forged}.{signature}", key[:-4], head, "", f"{head}..{signature}"):
        with pytest.raises(ValueError, match="not signed"):
            check(wrong, product, key_set)
        answer = await licensed.check(wrong or "…")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-not-genuine")
    with pytest.raises(ValueError, match="another product"):
        check(key, "another", key_set)
    with pytest.raises(ValueError, match="not signed"):
        check(key, product, {"keys": []})


@pytest.mark.rule("I5")
async def test_the_documented_checker_follows_the_signed_list_of_revoked_keys(
    provisioning: ProvisioningHarness, check: Check
) -> None:
    licensed = await Licensed.of(provisioning)
    key_set, product = await licensed.key_set(), licensed.product["key"]
    former, empty = await licensed.key(), await licensed.revocations()
    await licensed.rotate()
    newer, rotated = await licensed.key(), await licensed.revocations()
    await licensed.revoke()
    revoked = await licensed.revocations()
    await licensed.reinstate()
    reinstated = await licensed.revocations()
    await licensed.cancel()
    await licensed.work()
    ended = await licensed.revocations()

    def taken(key: str, listed: str) -> bool:
        assert check(key, product, key_set)
        try:
            return bool(check(key, product, key_set, [listed]))
        except ValueError:
            return False

    documents = (empty, rotated, revoked, reinstated, ended)
    assert [taken(former, each) for each in documents] == [True, False, False, False, False]
    assert [taken(newer, each) for each in documents] == [True, True, False, True, False]
    with pytest.raises(ValueError, match="not signed"):  # a licence key is no list
        check(newer, product, key_set, [newer])
    assert (await licensed.stranger.get("/api/provisioning/licence-revocations/nothing")).status_code == 404


@pytest.mark.rule("I5")
async def test_a_receipt_is_verified_offline_and_is_of_one_machine(provisioning: ProvisioningHarness) -> None:
    licensed = await Licensed.of(provisioning)
    verify, key_set = documented()["verify"], await licensed.key_set()

    one, other = [(await licensed.activate(machine)).json()["receipt"] for machine in ("build-1", "build-2")]

    said = [verify(receipt, "licence-activation", key_set) for receipt in (one, other)]
    assert said[0]["licence"] == said[1]["licence"] == (await licensed.licence())["id"]
    assert said[0]["fingerprint"] != said[1]["fingerprint"]
    with pytest.raises(ValueError, match="not signed"):
        verify(one, "licence", key_set)


@pytest.mark.rule("I5")
async def test_licences_stay_verifiable_when_the_signing_key_is_rotated(
    provisioning: ProvisioningHarness, check: Check
) -> None:
    licensed = await Licensed.of(provisioning)
    settings, former = provisioning.running.runtime.settings, SETTINGS["licence_keys"]
    before = await licensed.key()
    object.__setattr__(settings, "licence_keys", SecretStr(f"{Fernet.generate_key().decode()},{former}"))
    try:
        after, key_set = await licensed.key(), await licensed.key_set()
        await licensed.rotate()
        newer = await licensed.key()
        verdict = (await licensed.check(before)).json()["verdict"]
    finally:
        object.__setattr__(settings, "licence_keys", SecretStr(former))

    assert after == before, "a licence keeps the key that it was signed with"
    header = json.loads(base64.urlsafe_b64decode(newer.split(".")[0] + "=="))
    assert header == {"alg": "Ed25519", "kid": key_set["keys"][0]["kid"], "typ": "licence"}
    for key in (before, newer):
        assert check(key, licensed.product["key"], key_set)
    assert verdict == "replaced"


KEYS = signing_keys_of(SecretStr(SETTINGS["licence_keys"]))
CLAIMS = {
    "licence": "6a1f0d2c-52c1-4a36-9d43-0b63a3a8d3a1", "generation": 1,
    "workspace": "0c1dd3a0-6c1b-4be4-8a53-5d3cf9a4f0c7", "product": "gateway", "product_name": "Gateway",
    "company": "Northwind", "quantity": 2, "configuration": {}, "issued_on": "2026-01-01",
    "maintenance_until": None, "valid_until": "2026-12-31",
}  # fmt: skip


@pytest.mark.rule("I5")
@given(st.data())
def test_a_key_of_which_one_character_is_another_is_refused_everywhere(data: st.DataObject) -> None:
    key = sign(KEYS, "licence", CLAIMS, key_id=KEYS.newest)
    place = data.draw(st.integers(0, len(key) - 2))  # the last character has bits that mean nothing
    letter = data.draw(st.characters(codec="ascii", exclude_characters=key[place] + " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"))
    changed = key[:place] + letter + key[place + 1 :]

    with pytest.raises(NotGenuine):
        read_key(KEYS, changed)
    with pytest.raises(ValueError, match="not signed"):
        documented()["check"](changed, "gateway", {"keys": KEYS.public_keys()}, today=date(2026, 5, 5))


@pytest.mark.rule("I5")
def test_a_key_is_over_after_its_last_day(check: Check) -> None:
    key, key_set = sign(KEYS, "licence", CLAIMS, key_id=KEYS.newest), {"keys": KEYS.public_keys()}

    assert check(key, "gateway", key_set, today=date(2026, 12, 31))
    with pytest.raises(ValueError, match="over"):
        check(key, "gateway", key_set, today=date(2027, 1, 1))


ORDERED = st.integers(-(2**53), 2**53) | st.booleans() | st.text(max_size=1000)


@pytest.mark.rule("I5")
@given(st.dictionaries(st.text(max_size=60), ORDERED, max_size=100))
def test_whatever_is_ordered_a_key_stays_short_enough_to_paste(configuration: dict[str, Any]) -> None:
    kept = configuration_of(configuration)

    assert kept.items() <= configuration.items()
    assert len(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()) <= MOST_CONFIGURATION * 2


@pytest.mark.rule("I5")
async def test_the_command_verifies_keys_offline(provisioning: ProvisioningHarness, tmp_path: Path) -> None:
    licensed = await Licensed.of(provisioning)
    key_set = tmp_path / "keys.json"
    key_set.write_text(json.dumps(await licensed.key_set()))
    key, revoked = await licensed.key(), tmp_path / "revoked.json"
    await licensed.revoke()
    revoked.write_text(json.dumps({"document": await licensed.revocations(), "next": None}))

    def run(text: str, *more: str) -> tuple[int, str]:
        said = CliRunner().invoke(app, ["licence", "verify", "-", "--keys", str(key_set), *more], input=text)
        return said.exit_code, said.output

    code, said = run(key)
    assert (code, json.loads(said)["company"]) == (0, "Northwind Logistics")
    for wrong, why in ((run(key, "--revocations", str(revoked)), "revoked"), (run(key[:-9]), "not signed")):
        assert (wrong[0], why in wrong[1], key not in wrong[1]) == (1, True, True)
    key_set.write_text("{}")
    assert "no JSON Web Key Set" in run(key)[1]


@pytest.mark.rule("I5")
@pytest.mark.parametrize("typ", ["licence-activation", "licence-revocations"])
def test_a_document_of_another_type_is_no_key_whatever_it_says(check: Check, typ: Any) -> None:
    other = sign(KEYS, typ, CLAIMS, key_id=KEYS.newest)

    with pytest.raises(NotGenuine):
        read_key(KEYS, other)
    with pytest.raises(ValueError, match="not signed"):
        check(other, "gateway", {"keys": KEYS.public_keys()})
