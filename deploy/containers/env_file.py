"""Writes .env: the secrets that docker-compose.yml asks for, and who runs the installation. Needs no library.

python3 -m deploy.containers.env_file --provider "Larkspur Cloud" --slug larkspur \\
    --admin robin@larkspur.example --admin-name "Robin Larkspur"
python3 -m deploy.containers.env_file --demo
python3 -m deploy.containers.env_file --add NAME      then --use NAME, then --retire NAME: a secret is rotated

What .env says already stays as it is: after an upgrade, the same command adds what is new.
"""

import argparse
import base64
import os
import re
import secrets
import sys
from pathlib import Path

from deploy.containers.rotating import STEPS, CannotRotate
from deploy.demo import companies

ROOT = Path(__file__).resolve().parents[2]
ASKED_FOR = re.compile(r"\$\{(\w+):\?secret\}")
OPTIONAL = ("NOTIFICATIONS_BOUNCE_TOKEN",)
"""A secret that only some installations have."""

DEMO = {
    "PORTICO_PROVIDER": companies.PROVIDER_NAME,
    "PORTICO_PROVIDER_SLUG": companies.PROVIDER_SLUG,
    "PORTICO_ADMIN": companies.ROBIN.address,
    "PORTICO_ADMIN_NAME": companies.ROBIN.name,
}


def names_of_secrets() -> list[str]:
    """Read from docker-compose.yml itself, so that none can be missing here."""
    return list(dict.fromkeys(ASKED_FOR.findall((ROOT / "docker-compose.yml").read_text())))


def secret() -> str:
    """256 random bits, in the form that a Fernet key has and that a URL takes as a password."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def complete(file: Path, installation: dict[str, str]) -> list[str]:
    """Append what ``file`` does not say yet; the names of what was added."""
    existing = file.read_text() if file.exists() else ""
    known = {line.partition("=")[0] for line in existing.splitlines()}
    wanted = {name: quoted(value) for name, value in installation.items()}
    wanted |= {name: secret() for name in names_of_secrets()}
    added = {name: value for name, value in wanted.items() if name not in known}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as target:
        if existing and not existing.endswith("\n"):
            target.write("\n")
        target.writelines(f"{name}={value}\n" for name, value in added.items())
    return list(added)


def rotate(file: Path, step: str, name: str) -> str:
    """One step of a rotation. Returns what was done and what comes next. Raises `CannotRotate`."""
    if name not in {*names_of_secrets(), *OPTIONAL} or name.endswith("_FIRST_PASSWORD"):
        raise CannotRotate(f"{name} is no secret that can be rotated; `portico rotate` lists them.")
    return STEPS[step](file, name, secret())


def quoted(value: str) -> str:
    """As compose reads it: nothing between single quotes is replaced."""
    return "'" + value.replace("'", r"\'") + "'"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python3 -m deploy.containers.env_file",
        description="Write .env for docker compose: generated secrets, and who runs the installation.",
    )
    parser.add_argument("--demo", action="store_true", help="the made-up provider of the demo")
    parser.add_argument("--provider", help="the company that runs this installation")
    parser.add_argument("--slug", help="its name in URLs")
    parser.add_argument("--admin", help="the e-mail address of its first admin")
    parser.add_argument("--admin-name", help="that person's name")
    steps = parser.add_mutually_exclusive_group()
    steps.add_argument("--add", metavar="NAME", help="a new value of this secret, which is accepted and not used yet")
    steps.add_argument("--use", metavar="NAME", help="use the value that was added, and go on accepting the old one")
    steps.add_argument("--retire", metavar="NAME", help="accept nothing but the value that is used")
    given = parser.parse_args()
    for step in STEPS:
        if name := getattr(given, step):
            try:
                print(rotate(ROOT / ".env", step, name))
            except CannotRotate as problem:
                sys.exit(str(problem))
            return
    said = (given.provider, given.slug, given.admin, given.admin_name)
    if not given.demo and not all(said):
        parser.error("say --demo, or --provider, --slug, --admin and --admin-name")
    added = complete(ROOT / ".env", DEMO if given.demo else dict(zip(DEMO, said, strict=True)))
    print(f"Added to .env: {', '.join(added)}." if added else ".env was complete; nothing was changed.")


if __name__ == "__main__":
    main()
