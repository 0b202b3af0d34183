"""Identity: sign-in, people, workspaces, customers, contacts, links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from pydantic import Field

from services.portal.clients.access_requests import Asking
from services.portal.clients.branding import BrandingCalls, SellerShown
from services.portal.clients.closings import ClosingCalls
from services.portal.clients.customers import ChildrenCalls
from services.portal.clients.erasures import ErasureCalls
from services.portal.clients.holders import HolderCalls
from services.portal.clients.http import Answer, CountedPage, given
from services.portal.clients.locations import LettingIn
from services.portal.clients.moves import MoveCalls
from services.portal.clients.own_accounts import OwnWaiting
from services.portal.clients.own_data import OwnDownloads
from services.portal.clients.page_context import PageContext, Preferences, User
from services.portal.clients.places import Place
from services.portal.clients.workspace_settings import Seller, SettingsEntry, WorkspaceSettings

Nothing = type(None)

RoleFilter = Literal["", "admin", "regular", "member", "additional", "read_only", "support", "billing"]
InvitationSort = Literal["", "sent_at", "name"]
InvitationFilter = Literal["", "pending", "accepted", "declined", "revoked", "expired"]
ContactFilter = Literal["", "admin", "technical", "billing"]
"""Filters; empty: all."""
UserSort = Literal["", "name", "last_active"]
ContactSort = Literal["", "name"]
"""Empty: the service's own."""


class Challenge(Answer):
    challenge_id: UUID
    expires_at: datetime


class SignedIn(Answer):
    session: str
    user: User
    return_to: str | None = None


class BrowserSession(Place):
    """A browser in which the person is signed in."""

    id: UUID
    signed_in_at: datetime
    last_seen_at: datetime
    is_current: bool


class InvitationLook(SellerShown):
    class Inviting(Answer):
        display_name: str
        kind: Literal["provider", "partner", "customer"]

    workspace: Inviting
    inviter: str
    inviter_company: str | None = None
    role: str
    address_hint: str
    state: str
    revoked_because: str | None = None
    locations: list[str] = Field(default_factory=list)
    """The names of the only locations that it is for; none: it is for the whole workspace."""


class InvitationAnswer(Answer):
    state: Literal["accepted", "code_sent"]
    challenge_id: UUID | None = None


class Invitation(Answer):
    id: UUID
    address: str
    display_name: str
    role: str
    location_names: list[str] = Field(default_factory=list)
    """The only locations that it is for; none: it is for the whole workspace."""
    state: str
    sent_at: datetime
    expires_at: datetime
    reminded_at: datetime | None = None
    undelivered_at: datetime | None = None
    """When its mail came back."""

    @property
    def came_back(self) -> bool:
        """Whether somebody has to do something, because it can still be accepted but nobody has got it."""
        return self.state == "pending" and self.undelivered_at is not None


class Member(Answer):
    id: UUID
    address: str
    display_name: str
    role: str
    last_active_at: datetime | None
    mail_returned_at: datetime | None = None


class MemberDetail(Member):
    door: str
    since: datetime
    let_in_by: str | None


class Contact(Answer):
    id: UUID
    kind: Literal["admin", "technical", "billing"]
    address: str
    display_name: str
    wants_service_mail: bool
    wants_deletion_mail: bool | None = None
    """None: as the other switch, where identity does not say so yet."""
    wants_reminder_mail: bool | None = None
    mail_returned_at: datetime | None = None

    @property
    def is_mailed(self) -> bool:
        """Whether any of its switches is on."""
        return any((self.wants_service_mail, self.wants_deletion_mail, self.wants_reminder_mail))


class ContactEntry(TypedDict):
    """A contact as entered; identity validates it."""

    kind: str
    address: str
    display_name: str
    wants_service_mail: bool
    wants_deletion_mail: bool
    wants_reminder_mail: NotRequired[bool]


@dataclass(frozen=True)
class Identity(
    Asking, BrandingCalls, ChildrenCalls, ClosingCalls, ErasureCalls, HolderCalls, LettingIn, MoveCalls, OwnDownloads,
    OwnWaiting,
):  # fmt: skip
    async def challenge(
        self, address: str, browser: str, locale: str | None, return_to: str | None, portal: str | None = None
    ) -> Challenge:
        """``portal``: the key of the bill group's portal that the person signs in to."""
        body = {"address": address, "browser": browser} | given(locale=locale, return_to=return_to, portal=portal)
        return await self.api.post("/sign-in-challenges", Challenge, body, repeatable=True)

    async def redeem(
        self, challenge_id: UUID, browser: str, device: str, said: Preferences, *, token: str | None = None,
        code: str | None = None,
    ) -> SignedIn:  # fmt: skip
        """With the link's token, the code, or both (D19). ``said``: by the browser."""
        body = {"browser": browser, "device": device} | given(token=token, code=code)
        body |= given(locale=said.locale, time_zone=said.time_zone)
        return await self.api.post(f"/sign-in-challenges/{challenge_id}/redeem", SignedIn, body)

    async def page_context(self, session: str) -> PageContext:
        return await self.api.post("/tokens", PageContext, {"session": session}, reads=True)

    async def note_presence(self, session: str) -> None:
        await self.api.post("/sessions/presence", Nothing, {"session": session})

    async def move_on(self, session: str) -> None:
        await self.api.post("/sessions/move-on", Nothing, {"session": session})

    async def sessions(self) -> list[BrowserSession]:
        return await self.api.get("/sessions", list[BrowserSession])

    async def end_one(self, session_id: UUID) -> None:
        await self.api.post(f"/sessions/{session_id}/revoke", Nothing)

    async def end_others(self) -> None:
        await self.api.post("/sessions/revoke-others", Nothing)

    async def end_session(self, session: str) -> None:
        await self.api.post("/sessions/end", Nothing, {"session": session}, repeatable=True)

    async def switch(self, slug: str) -> None:
        await self.api.post("/sessions/switch", Nothing, {"workspace": slug})

    async def look_at_invitation(self, token: str) -> InvitationLook:
        return await self.api.post("/invitations/look", InvitationLook, {"token": token}, reads=True)

    async def decline_invitation(self, token: str) -> None:
        await self.api.post("/invitations/decline", Nothing, {"token": token})

    async def accept_invitation(
        self, token: str, browser: str, session: str | None, locale: str | None
    ) -> InvitationAnswer:
        body = {"token": token, "browser": browser} | given(session=session, locale=locale)
        return await self.api.post("/sign-in-challenges/invited", InvitationAnswer, body)

    async def change_me(self, *, display_name: str, locale: str | None, time_zone: str | None, shortcuts: bool) -> None:
        body = {"display_name": display_name, "locale": locale, "time_zone": time_zone, "shortcuts": shortcuts}
        await self.api.patch("/me", Nothing, body)

    async def workspace_settings(self) -> WorkspaceSettings:
        return await self.api.get("/workspace-settings", WorkspaceSettings)

    async def change_workspace_settings(self, settings: SettingsEntry) -> WorkspaceSettings:
        return await self.api.patch("/workspace-settings", WorkspaceSettings, settings)

    async def end_setup(self) -> None:
        await self.api.post("/workspace-settings/end-setup", Nothing)

    async def seller(self) -> Seller:
        return await self.api.get("/workspaces/seller", Seller)

    async def users(
        self, *, q: str = "", role: RoleFilter = "", sort: UserSort = "", descending: bool | None = None,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Member]:  # fmt: skip
        query = {"q": q, "role": role, "sort": sort, "descending": descending, "count": count}
        return await self.api.get("/users", CountedPage[Member], **query, cursor=cursor, limit=limit)

    async def user(self, user_id: UUID) -> MemberDetail:
        return await self.api.get(f"/users/{user_id}", MemberDetail)

    async def invitations(
        self, *, q: str = "", state: InvitationFilter = "", sort: InvitationSort = "", descending: bool | None = None,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Invitation]:  # fmt: skip
        query = {"q": q, "state": state, "sort": sort, "descending": descending, "count": count}
        return await self.api.get("/invitations", CountedPage[Invitation], **query, cursor=cursor, limit=limit)

    async def invite_user(self, *, address: str, display_name: str, role: str, key: str) -> None:
        body = {"address": address, "display_name": display_name, "role": role}
        await self.api.post("/invitations", Nothing, body, key=key)

    async def resend_invitation(self, invitation_id: UUID, key: str) -> None:
        await self.api.post(f"/invitations/{invitation_id}/resend", Nothing, key=key)

    async def revoke_invitation(self, invitation_id: UUID) -> None:
        await self.api.post(f"/invitations/{invitation_id}/revoke", Nothing)

    async def change_role(self, user_id: UUID, role: str) -> Member:
        return await self.api.patch(f"/users/{user_id}", Member, {"role": role})

    async def remove_user(self, user_id: UUID) -> None:
        await self.api.delete(f"/users/{user_id}")

    async def contacts(
        self, *, q: str = "", kind: ContactFilter = "", sort: ContactSort = "", descending: bool | None = None,
        count: bool = False, cursor: str = "", limit: int = 50,
    ) -> CountedPage[Contact]:  # fmt: skip
        query = {"q": q, "kind": kind, "sort": sort, "descending": descending, "count": count}
        return await self.api.get("/contacts", CountedPage[Contact], **query, cursor=cursor, limit=limit)

    async def contact(self, contact_id: UUID) -> Contact:
        return await self.api.get(f"/contacts/{contact_id}", Contact)

    async def add_contact(self, contact: ContactEntry, key: str) -> None:
        await self.api.post("/contacts", Nothing, contact, key=key)

    async def change_contact(self, contact_id: UUID, contact: ContactEntry) -> None:
        await self.api.put(f"/contacts/{contact_id}", Nothing, contact)

    async def remove_contact(self, contact_id: UUID) -> None:
        await self.api.delete(f"/contacts/{contact_id}")
