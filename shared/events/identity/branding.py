"""Branding."""

from typing import ClassVar

from shared.events.identity.base import IdentityEvent


class BrandChanged(IdentityEvent):
    """What a provider or a partner looks like to its customers changed. All of it is said; nothing means that it has
    said nothing, so that the provider's holds, and then the installation's own. Updates the looks of mails and
    invoices."""

    subject_type: ClassVar[str] = "brand"
    subject_field: ClassVar[str] = "workspace_id"
    display_name: str | None = None
    """The name over pages."""
    color: str | None = None
    """The colour of buttons and links: ``#`` and six hexadecimal digits."""
    sender_name: str | None = None
    """Who mails are from."""
    imprint_url: str | None = None
    """Where its imprint is, an https address, as the two others are."""
    privacy_url: str | None = None
    """Where its privacy notice is."""
    terms_url: str | None = None
    """Where its terms of business are."""
    logo_hash: str | None = None
    """SHA-256 of the logo, in hexadecimal."""
    logo_png: str | None = None
    """The logo itself, a PNG of at most 24 KiB, in base64."""
