"""Releases of products, and what customers download of them."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.provisioning.base import ProvisioningEvent


class ReleaseEvent(ProvisioningEvent):
    """What all events about a release say."""

    release_id: UUID
    """The release."""
    product_id: UUID
    """The product of the catalogue."""
    product_name: str
    """The product's name for people."""
    release_version: str
    """What customers call the release, such as ``2.4.1``."""


class ReleasePublished(ReleaseEvent):
    """A release of a product was published: customers whose licences entitle to it can download it. Belongs to the
    provider's workspace."""

    subject_type: ClassVar[str] = "release"
    subject_field: ClassVar[str] = "release_id"
    released_on: date
    """The day that decides which licences entitle to it."""
    files: int
    """How many files it has."""


class ReleaseWithdrawn(ReleaseEvent):
    """A release is offered no more. Belongs to the provider's workspace."""

    subject_type: ClassVar[str] = "release"
    subject_field: ClassVar[str] = "release_id"
    reason: str
    """Why, in the words of who withdrew it."""


class DownloadServed(ReleaseEvent):
    """Somebody began to download a file of a release. It is said once, however often the download is resumed by the
    same link. Belongs to the customer's workspace."""

    subject_type: ClassVar[str] = "download"
    subject_field: ClassVar[str] = "download_id"
    download_id: UUID
    """One per link."""
    file_id: UUID
    """The file of the release."""
    file_name: str
    """What it is saved as."""
    sha256: str
    """The checksum of the file, in hexadecimal."""
    size: int
    """The bytes of the whole file."""
