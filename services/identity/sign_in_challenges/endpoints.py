from uuid import UUID

from fastapi import Request

from services.identity.access_rules.refusals import NotAdmitted
from services.identity.branding.schemas import SellerShownRead
from services.identity.invitations.service import InvitationSpent
from services.identity.people.preferences import Preferences
from services.identity.portals.service import PortalClosed, open_portal
from services.identity.sessions.devices import Device
from services.identity.sessions.refusals import NoWorkspace
from services.identity.sessions.service import OpenedSession
from services.identity.settings import CurrentSettings
from services.identity.sign_in_challenges import invited, service
from services.identity.sign_in_challenges.codes import ChallengeLocked, CodesClosed, WrongCode
from services.identity.sign_in_challenges.limits import TooManySignIns
from services.identity.sign_in_challenges.schemas import (
    AcceptanceRead,
    ChallengeCreate,
    ChallengeRead,
    InvitationAccept,
    ProofCreate,
    SignedInRead,
)
from services.identity.sign_in_challenges.service import ChallengeSpent, CodeNeeded
from shared.auth import Router, public
from shared.clock import Now, RealNow
from shared.db import Session
from shared.errors import NotFound

router = Router("identity", "sign-in-challenges")


def ip_of(request: Request) -> str:
    """The client's IP address, as reported by trusted proxies."""
    return request.client.host if request.client else "unknown"


@router.post(
    "",
    guard=public("signing in comes before having a token"),
    status_code=202,
    problems=(NotFound, PortalClosed, TooManySignIns),
)
async def issue_challenge(
    body: ChallengeCreate, request: Request, session: Session, settings: CurrentSettings, real_now: RealNow
) -> ChallengeRead:
    """Request a sign-in mail. The answer does not depend on whether the address is known. A mailbox gets a limited
    number of mails per hour, half of which are kept for requests from networks that it has signed in from.

    With ``portal``, only an address that an access rule of that bill group admits gets a mail."""  # (D19, O42)
    portal = await open_portal(session, settings, body.portal) if body.portal else None
    challenge = await service.issue_challenge(
        session, settings, body.address, body.browser, body.locale, ip_of(request), real_now, return_to=body.return_to,
        portal=portal,
    )  # fmt: skip
    return ChallengeRead(challenge_id=challenge.id, expires_at=challenge.expires_at)


@router.post(
    "/invited", guard=public("the invited person has no token yet"), problems=(InvitationSpent, TooManySignIns)
)
async def follow_invitation(
    body: InvitationAccept, request: Request, session: Session, settings: CurrentSettings, now: Now, real_now: RealNow
) -> AcceptanceRead:
    """Join a workspace by an invitation's link, if this browser is signed in as the invited address. Otherwise a code
    is mailed there to complete it."""
    return await invited.follow_invitation(
        session, settings, body.token, body.browser, body.session, body.locale, ip_of(request), now, real_now
    )


@router.get("/{challenge_id}/seller", guard=public("people see it while they sign in"))
async def get_seller_of_challenge(challenge_id: UUID, session: Session) -> SellerShownRead:
    """What to show while somebody signs in: of whoever sells to the workspace of the portal or the invitation that the
    mail is about, else of the provider. A challenge that does not exist gets the provider's."""
    return await service.show_seller_of(session, challenge_id)


@router.post(
    "/{challenge_id}/redeem",
    guard=public("this is how one gets a session"),
    response_model=SignedInRead,
    problems=(
        ChallengeSpent,
        ChallengeLocked,
        CodesClosed,
        CodeNeeded,
        WrongCode,
        InvitationSpent,
        NoWorkspace,
        PortalClosed,
        NotAdmitted,
    ),
)
async def redeem_challenge(
    challenge_id: UUID, body: ProofCreate, request: Request, session: Session, settings: CurrentSettings, now: Now,
    real_now: RealNow,
) -> OpenedSession:  # fmt: skip
    """Sign in with the link or code of the mail. Only this POST uses it up; opening the link does not."""  # (S14)
    preferences = Preferences(body.locale, body.time_zone)
    device = Device.of(body.device, request.headers.get("user-agent", ""), ip_of(request), preferences)
    return await service.redeem_challenge(
        session, settings, challenge_id, body.browser, body.token, body.code, device, now, real_now
    )
