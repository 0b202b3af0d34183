"""Encryption, in the format of age (age-encryption.org), and the proof of who made a backup.

A backup is encrypted to public keys: the machine that makes backups cannot read them. Anybody can encrypt to a public
key, so each backup also has a proof by `AUDIT_SEAL_KEY`, which is not in it: who may write to the store alone cannot
make a backup that is restored.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pyrage

from deploy.backup.pipes import Pipe
from deploy.environment import OperatorError, setting

Identity = pyrage.x25519.Identity
Recipient = pyrage.x25519.Recipient
COMMENT = "#"


class NotReadable(OperatorError):
    """A backup is no backup, was changed or cut off, or is encrypted to another key."""


def make_identity(file: Path) -> str:
    """Write a new secret key, for its owner's eyes alone, and return the public key."""
    identity = Identity.generate()
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise OperatorError(f"{file} is there already, and may be the only key of older backups.") from None
    public = str(identity.to_public())
    file.write_text(f"{COMMENT} public key: {public}\n{identity}\n")
    return public


def read_identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys of a file, as `portico backup keygen` and age-keygen write it."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    try:
        found = [Identity.from_str(line) for line in lines if line and not line.startswith(COMMENT)]
    except pyrage.IdentityError:
        raise OperatorError(f"{file} has a line that is no secret key of age (AGE-SECRET-KEY-1…).") from None
    if not found:
        raise OperatorError(f"{file} has no secret key.")
    return found


def read_recipients(keys: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Public keys. Raises `OperatorError` without any, and for what is none."""
    if not keys:
        raise OperatorError("Name a public key that backups are encrypted to: --recipient, or"
                            " PORTICO_BACKUP_RECIPIENTS. `portico backup keygen FILE` makes one.")  # fmt: skip
    try:
        return [Recipient.from_str(key.strip()) for key in keys]
    except pyrage.RecipientError:
        raise OperatorError("A recipient is no public key of age (age1…).") from None


def encrypted(clear: Pipe, recipients: Sequence[pyrage.x25519.Recipient]) -> Iterator[bytes]:
    """What is read from ``clear``, encrypted. Raises what its writer has raised, and ends only if all was written."""

    def write(sink: BinaryIO) -> None:
        with clear:
            pyrage.encrypt_io(clear, sink, recipients)

    return Pipe(write).pieces()


def decrypted(sealed: Pipe, identities: Sequence[pyrage.x25519.Identity]) -> Pipe:
    """What was encrypted. Reading raises `NotReadable` at a place that was changed or cut off, and if it is encrypted
    to other keys."""

    def write(sink: BinaryIO) -> None:
        with sealed:
            try:
                pyrage.decrypt_io(sealed, sink, identities)
            except pyrage.DecryptError as error:
                raise NotReadable(f"The backup cannot be decrypted: {error}.") from error
            except BrokenPipeError:
                raise
            except OSError as error:
                raise NotReadable(f"The backup was changed, or is not whole: {error}.") from error

    return Pipe(write)


def prove(manifest: bytes) -> str:
    """The proof that whoever wrote the manifest knew the first of `AUDIT_SEAL_KEY`."""
    return _proof(setting("AUDIT_SEAL_KEY").split(",")[0], manifest)


def is_proved(manifest: bytes, proof: str) -> bool:
    """Whether one of the keys of `AUDIT_SEAL_KEY` made the proof."""
    keys = setting("AUDIT_SEAL_KEY").split(",")
    return any([hmac.compare_digest(_proof(key, manifest), proof) for key in keys])


def _proof(key: str, manifest: bytes) -> str:
    return hmac.new(key.strip().encode(), b"portico backup\n" + manifest, hashlib.sha256).hexdigest()
