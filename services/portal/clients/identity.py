"""Identity: sign-in, people, workspaces, customers, contacts, links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from services.portal.clients.customers import Customer, CustomerSort, CustomersPage, Partner
from services.portal.clients.http import Answer, Api, Page, given

Nothing = type(None)


class Challenge(Answer):
    challenge_id: UUID
    expires_at: datetime


class User(Answer):
    id: UUID
    address: str
    display_name: str


class SignedIn(Answer):
    session: str
    user: User


class Workspace(Answer):
    id: UUID
    slug: str
    display_name: str
    kind: Literal["provider", "partner", "customer"]
    account_number: str


class OwnWorkspace(Answer):
    """A workspace of the person's own, which they may switch to (K25)."""

    id: UUID
    slug: str
    display_name: str
    kind: Literal["provider", "partner", "customer"]
    default: bool


class Ended(Answer):
    """Why work on behalf of a customer is over."""

    reason: str
    workspace_display_name: str


class PageContext(Answer):
    access_token: str
    expires_at: datetime
    last_seen_at: datetime
    user: User
    workspace: Workspace
    home_workspace: Workspace | None
    via: str
    roles: list[str]
    permissions: dict[str, str]
    workspaces: list[OwnWorkspace]
    ended: Ended | None


class BrowserSession(Answer):
    """A browser in which the person is signed in."""

    id: UUID
    browser: str | None
    ip: str | None
    signed_in_at: datetime
    last_seen_at: datetime
    is_current: bool


class InvitationLook(Answer):
    class Inviting(Answer):
        display_name: str

    workspace: Inviting
    inviter: str
    role: str
    address_hint: str
    state: str
    revoked_because: str | None = None


class InvitationAnswer(Answer):
    state: Literal["accepted", "code_sent"]
    challenge_id: UUID | None = None


class Invitation(Answer):
    id: UUID
    address: str
    display_name: str
    role: str
    state: str
    expires_at: datetime


class Member(Answer):
    id: UUID
    address: str
    display_name: str
    role: str
    last_active_at: datetime | None


class Contact(Answer):
    id: UUID
    kind: Literal["admin", "technical", "billing"]
    address: str
    display_name: str
    wants_service_mail: bool


class ContactEntry(TypedDict):
    """A contact as entered; identity validates it."""

    kind: str
    address: str
    display_name: str
    wants_service_mail: bool


class Link(Answer):
    id: UUID
    user: User
    role: str


class Links(Answer):
    links: list[Link]
    linkable: list[User]


@dataclass(frozen=True)
class Identity:
    api: Api

    async def challenge(self, address: str, browser: str) -> Challenge:
        return await self.api.post("/sign-in-challenges", Challenge, {"address": address, "browser": browser},
                                   repeatable=True)  # fmt: skip

    async def redeem(
        self, challenge_id: UUID, browser: str, device: str, *, token: str | None = None, code: str | None = None
    ) -> SignedIn:
        """With the link's token, the code, or both (D19)."""
        body = {"browser": browser, "device": device} | given(token=token, code=code)
        return await self.api.post(f"/sign-in-challenges/{challenge_id}/redeem", SignedIn, body)

    async def page_context(self, session: str) -> PageContext:
        return await self.api.post("/tokens", PageContext, {"session": session}, repeatable=True)

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
        return await self.api.post("/invitations/look", InvitationLook, {"token": token}, repeatable=True)

    async def accept_invitation(self, token: str, browser: str, session: str | None) -> InvitationAnswer:
        body = {"token": token, "browser": browser} | given(session=session)
        return await self.api.post("/sign-in-challenges/invited", InvitationAnswer, body)

    async def customers(
        self,
        *,
        status: Literal["connected", "not_connected"] = "connected",
        q: str = "",
        sort: CustomerSort = "name",
        descending: bool = False,
        hide_inactive: bool = False,
        totals: bool = True,
        cursor: str = "",
        limit: int = 50,
    ) -> CustomersPage:
        query = {"status": status, "q": q, "sort": sort, "descending": descending, "hide_inactive": hide_inactive}
        return await self.api.get("/customers", CustomersPage, **query, totals=totals, cursor=cursor, limit=limit)

    async def add_customer(self, *, display_name: str, key: str) -> Customer:
        return await self.api.post("/customers", Customer, {"display_name": display_name}, key=key)

    async def put_address_on_file(self, customer_id: UUID, *, address: str, display_name: str) -> None:
        body = {"address": address, "display_name": display_name}
        await self.api.put(f"/customers/{customer_id}/contact", Nothing, body)

    async def invite_customer(self, customer_id: UUID, key: str) -> None:
        await self.api.post(f"/customers/{customer_id}/invite", Nothing, {"role": "admin"}, key=key)

    async def partners(self, *, cursor: str = "", limit: int = 50) -> Page[Partner]:
        return await self.api.get("/partners", Page[Partner], cursor=cursor, limit=limit)

    async def add_partner(self, *, display_name: str, contact_name: str, address: str, key: str) -> None:
        body = {"display_name": display_name, "contact_name": contact_name, "address": address}
        await self.api.post("/partners", Nothing, body, key=key)

    async def users(self) -> list[Member]:
        return await self.api.get("/users", list[Member])

    async def invitations(self) -> list[Invitation]:
        return await self.api.get("/invitations", list[Invitation])

    async def invite_user(self, *, address: str, display_name: str, role: str, key: str) -> None:
        body = {"address": address, "display_name": display_name, "role": role}
        await self.api.post("/invitations", Nothing, body, key=key)

    async def revoke_invitation(self, invitation_id: UUID) -> None:
        await self.api.post(f"/invitations/{invitation_id}/revoke", Nothing)

    async def change_role(self, user_id: UUID, role: str) -> None:
        await self.api.patch(f"/users/{user_id}", Nothing, {"role": role})

    async def remove_user(self, user_id: UUID) -> None:
        await self.api.delete(f"/users/{user_id}")

    async def contacts(self) -> list[Contact]:
        return await self.api.get("/contacts", list[Contact])

    async def add_contact(self, contact: ContactEntry, key: str) -> None:
        await self.api.post("/contacts", Nothing, contact, key=key)

    async def change_contact(self, contact_id: UUID, contact: ContactEntry) -> None:
        await self.api.put(f"/contacts/{contact_id}", Nothing, contact)

    async def remove_contact(self, contact_id: UUID) -> None:
        await self.api.delete(f"/contacts/{contact_id}")

    async def links(self, customer_id: UUID) -> Links:
        return await self.api.get("/links", Links, customer_id=str(customer_id))

    async def link_user(self, customer_id: UUID, user_id: str, key: str) -> None:
        await self.api.post("/links", Nothing, {"customer_id": str(customer_id), "user_id": user_id}, key=key)

    async def change_link(self, link_id: UUID, role: str) -> None:
        await self.api.patch(f"/links/{link_id}", Nothing, {"role": role})

    async def unlink(self, link_id: UUID) -> None:
        await self.api.delete(f"/links/{link_id}")

    async def work_on_behalf(self, slug: str) -> None:
        await self.api.post("/on-behalf", Nothing, {"workspace": slug})

    async def end_on_behalf(self) -> None:
        await self.api.post("/on-behalf/end", Nothing)
