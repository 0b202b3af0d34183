"""Licence keys, verified without a network and without a database."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Licence keys of products that run at customers.")


@app.callback()
def licence() -> None:
    """Has one command so far, which is named all the same."""


@app.command()
def verify(
    key: Annotated[str, typer.Argument(help="The file with the licence key; - for standard input.")],
    keys: Annotated[Path, typer.Option(help="The file with the public keys: GET /api/provisioning/licence-keys.")],
    revocations: Annotated[
        list[Path] | None, typer.Option(help="A file with a part of the signed list of revoked keys. May be repeated.")
    ] = None,
) -> None:
    """Verify a licence key offline, and print what it says. Exit code 1 if it is not valid.

    The key is read from a file or from standard input, so that it is in no list of processes and in no history.
    """
    text = sys.stdin.read() if key == "-" else _text(Path(key))
    lists = [_text(each) for each in revocations or []]
    try:
        claims = _verified(text, _text(keys), lists, datetime.now(UTC).date())
    except ValueError as problem:
        typer.secho(f"Not valid: {problem}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(claims, indent=2, ensure_ascii=False))


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{file} cannot be read.") from None


def _verified(text: str, key_set: str, lists: list[str], today: date) -> dict[str, object]:
    """What a key says. Raises `ValueError`, which says why it is not valid."""
    from services.provisioning.licences.signing import NotGenuine, read_key, read_revocations, verifying_keys_of

    known = verifying_keys_of(key_set)
    try:
        claims = read_key(known, "".join(text.split()))
    except NotGenuine:
        raise ValueError("it was not signed with one of these keys, or is incomplete.") from None
    for each in lists:
        try:
            part = read_revocations(known, _document_of(each))
        except NotGenuine:
            raise ValueError("a list of revoked keys was not signed with one of these keys.") from None
        if part.product == claims.product and part.revoked.get(claims.licence, 0) >= claims.generation:
            raise ValueError("the key was revoked.")
    if claims.valid_until and today > claims.valid_until:
        raise ValueError(f"its last day was {claims.valid_until}.")
    return claims.model_dump(mode="json")


def _document_of(text: str) -> str:
    """The signed document alone, or the answer that it is in."""
    try:
        return str(json.loads(text)["document"])
    except (ValueError, KeyError, TypeError):
        return "".join(text.split())
