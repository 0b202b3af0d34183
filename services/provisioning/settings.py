import base64
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from shared.current_settings import current_settings
from shared.secrets import FernetKeys, values_of
from shared.settings import PorticoSettings, ServiceSettings


def private_keys_of(keys: SecretStr) -> list[Ed25519PrivateKey]:
    """In their order. Raises `ValueError` for what is no key."""
    given = [key.encode() for key in values_of(keys)]
    return [Ed25519PrivateKey.from_private_bytes(base64.b64decode(key, b"-_", validate=True)) for key in given]


class StoreSettings(PorticoSettings):
    """Where the files are that customers download."""

    model_config = SettingsConfigDict(env_prefix="PROVISIONING_", extra="ignore")

    files_dir: Path = Path("/var/lib/portico/files")
    """As every service has it."""
    downloads_dir: Path | None = None
    """The folder of files that customers download. By default ``downloads`` below ``files_dir``."""
    downloads_bucket: str | None = None
    """The bucket of an S3-compatible store that has these files instead of the folder."""
    downloads_endpoint: str | None = None
    """Its URL. None: Amazon's of the region."""
    downloads_region: str = "us-east-1"
    downloads_access_key: str | None = None
    downloads_secret_key: SecretStr | None = None
    downloads_public_bucket: bool = False
    """Whether customers reach the store at this URL: they are sent there with a signed address for a few minutes."""

    @property
    def downloads_folder(self) -> Path:
        """Where these files are without a bucket."""
        return self.downloads_dir or self.files_dir / "downloads"


class Settings(StoreSettings, ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PROVISIONING_", extra="ignore")

    service: str = "provisioning"
    secret_keys: FernetKeys
    """Encrypts credentials that wait to be shown, and the links of downloads."""
    licence_keys: SecretStr
    """Private Ed25519 keys of 32 bytes in URL-safe base64, comma-separated, the newest first: it signs keys of licences
    that were not shown before, all are published."""
    lease_seconds: float = Field(60, gt=0)
    """The lease of a step. After it expires, another worker takes the step."""
    step_timeout_seconds: float = Field(20, gt=0)
    """The timeout of a driver call. Less than the lease, so that a slow driver is not called concurrently."""
    steps_at_once: int = Field(20, ge=1)
    """How many operations a worker claims and works on at once."""
    downloads_upload_mb: int = Field(500, ge=1, le=100_000)
    """The largest file that staff can upload, in millions of bytes. An operator can put larger ones into the store."""
    downloads_at_once: int = Field(50, ge=1)
    """How many downloads a process serves at a time."""
    downloads_hours: float = Field(12, gt=0)
    """How long one download may take. It can be resumed afterwards."""

    @property
    def upload_bytes(self) -> int:
        return self.downloads_upload_mb * 1_000_000

    @field_validator("licence_keys")
    @classmethod
    def _are_private_keys(cls, keys: SecretStr) -> SecretStr:
        try:
            private_keys_of(keys)
        except ValueError:
            raise ValueError("must be 32 bytes in URL-safe base64 each, with commas between them") from None
        return keys


CurrentSettings = Annotated[Settings, Depends(current_settings)]
