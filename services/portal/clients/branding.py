"""Identity: what companies look like to their customers."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from services.portal.clients.http import Answer, Api
from services.portal.clients.sending import Streamed


class Logo(Answer):
    hash: str
    width: int
    height: int


class Branding(Answer):
    """What a company has said of its looks; null: nothing."""

    display_name: str | None
    color: str | None
    sender_name: str | None
    imprint_url: str | None
    privacy_url: str | None
    terms_url: str | None
    logo: Logo | None


class SellerShown(Answer):
    """What people see of whoever sells to the workspace that they are on the way to."""

    brand: Branding
    support_address: str | None


class BrandingEntry(TypedDict):
    """As entered; identity validates it."""

    display_name: str | None
    color: str | None
    sender_name: str | None
    imprint_url: str | None
    privacy_url: str | None
    terms_url: str | None


@dataclass(frozen=True)
class BrandingCalls:
    """What identity's client can do about brands."""

    api: Api

    async def branding(self) -> Branding:
        return await self.api.get("/branding", Branding)

    async def change_branding(self, entry: BrandingEntry) -> Branding:
        return await self.api.put("/branding", Branding, entry)

    async def change_logo(self, image: bytes) -> Branding:
        return await self.api.put_bytes("/branding/logo", Branding, image)

    async def remove_logo(self) -> None:
        await self.api.delete("/branding/logo")

    async def provider_brand(self) -> Branding:
        return await self.api.get("/branding/provider", Branding)

    async def seller_of_challenge(self, challenge_id: UUID) -> SellerShown:
        """That of whoever sells to the workspace that a sign-in leads to, else of the provider."""
        return await self.api.get(f"/sign-in-challenges/{challenge_id}/seller", SellerShown)

    def logo(self, digest: str) -> AbstractAsyncContextManager[Streamed]:
        return self.api.stream(f"/branding/logos/{digest}")
