import re
import stat
from pathlib import Path

from cryptography.fernet import Fernet

from deploy.containers import env_file
from deploy.environment import ROOT

SECRET = re.compile(r"\$\{(\w*(?:PASSWORD|SECRET|KEYS?))([^}]*)\}")
"""A variable whose name says that it is a secret, and the text after its name."""


def test_it_writes_every_secret_that_compose_asks_for_and_only_its_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / ".env"

    env_file.complete(file, env_file.DEMO)

    written = dict(line.split("=", 1) for line in file.read_text().splitlines())
    secrets = {written[name] for name in env_file.names_of_secrets()}
    assert len(secrets) == len(env_file.names_of_secrets()) == 29, "each has a value of its own"
    assert all(Fernet(value) for value in secrets)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_after_an_upgrade_it_adds_new_secrets_and_changes_no_others(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("POSTGRES_PASSWORD=of-last-year")

    env_file.complete(file, env_file.DEMO)
    complete = file.read_text()

    assert complete.startswith("POSTGRES_PASSWORD=of-last-year\n")
    assert env_file.complete(file, env_file.DEMO) == []
    assert file.read_text() == complete


def test_no_secret_has_a_default() -> None:
    text = "".join((ROOT / name).read_text() for name in ("docker-compose.yml", "docker-compose.demo.yml"))

    asked = [found[2] for found in SECRET.finditer(text)]

    assert len(asked) > 24
    assert set(asked) == {":?secret"}
