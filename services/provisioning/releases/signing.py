"""The checksums of a release are signed when it is published, so that customers can verify files wherever they got them
from, with `openssl` and `sha256sum` alone (docs/downloads.md)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from services.provisioning.settings import private_keys_of


@dataclass(frozen=True, slots=True)
class SignedChecksums:
    """What a release keeps."""

    checksums: str
    signature: str
    """In base64."""
    signing_key: str
    """The public key, in PEM."""


def sign_checksums(keys: SecretStr, files: Sequence[tuple[str, str]]) -> SignedChecksums:
    """The names and SHA-256 of files, signed with the newest key. What licences are signed with never has this form,
    so that neither passes for the other."""
    text = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files))
    key = private_keys_of(keys)[0]
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return SignedChecksums(text, base64.b64encode(key.sign(text.encode())).decode(), public.decode())
