"""The table of secrets has every secret, and the documents have the table."""

import re
from importlib import import_module

import pytest
from pydantic import SecretStr

from deploy.cli.rotating import list_secrets
from deploy.containers import env_file
from deploy.environment import ROOT, SERVICES
from deploy.rotating.documenting import table
from deploy.rotating.stores import FOLLOWING
from deploy.rotating.table import GIVEN_BY_OTHERS, SECRETS, SERVERS, Store

URL = re.compile(r"(?:database|rabbitmq)_url$")


def secret_settings() -> set[str]:
    """What the settings classes read that is secret, as variables."""
    found = set()
    for name in (*SERVICES, "portal"):
        settings = import_module(f"services.{name}.settings").Settings
        for field, about in settings.model_fields.items():
            if "SecretStr" in repr(about.annotation) or about.annotation is SecretStr or URL.search(field):
                found |= {f"{name.upper()}_{field.upper()}"}
    return found


def known_settings() -> set[str]:
    rows = {secret.variable for secret in SECRETS.values()} | set(GIVEN_BY_OTHERS)
    shared = {name.removeprefix("PORTICO_") for name in rows if name.startswith("PORTICO_")}
    direct = {name.replace("_WORKER_", "_DIRECT_") for name in rows}  # the worker's password at another address
    return rows | direct | {f"{process.upper()}_{name}" for process in (*SERVICES, "portal") for name in shared}


def test_every_secret_can_rotate() -> None:
    asked = set(env_file.names_of_secrets())

    assert len(asked) > 25
    assert asked - set(SECRETS) == set(SERVERS)
    assert set(SECRETS) - asked == {"NOTIFICATIONS_BOUNCE_TOKEN"}, "is optional"
    assert len(secret_settings()) > 25
    assert secret_settings() - known_settings() == set()
    assert set(FOLLOWING) == set(Store)


def test_the_documents_have_the_table() -> None:
    text = (ROOT / "docs/operating.md").read_text()

    assert table() in text
    assert [row for row in GIVEN_BY_OTHERS.items() if "| `{}` | {} |\n".format(*row) not in text] == []


def test_the_list_says_how_many_values_there_are_and_none_of_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AUDIT_RABBITMQ_URL", raising=False)
    monkeypatch.setenv("AUDIT_SEAL_KEY", "newest,older,oldest")
    monkeypatch.setenv("AUDIT_DATABASE_URL", "postgresql://portico_audit_api:newest,older@one,two/portico_audit")

    list_secrets()

    said = capsys.readouterr().out
    assert re.search(r"AUDIT_SEAL_KEY +3 values", said)
    assert re.search(r"AUDIT_API_PASSWORD +2 values", said)
    assert re.search(r"AUDIT_BROKER_PASSWORD +not set here", said)
    assert not re.search("newest|older|oldest", said)
