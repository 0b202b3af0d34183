from services.notifications.settings import CurrentSettings
from services.notifications.topics import RecipientKind
from services.notifications.unsubscriptions import service
from services.notifications.unsubscriptions.links import LinkNotValid, Subscription, open_link
from services.notifications.unsubscriptions.schemas import LinkLook, LinkSwitch, SubscriptionRead
from services.notifications.unsubscriptions.service import TooManySwitches
from shared.auth import Router, public
from shared.clock import RealNow
from shared.db import Session
from shared.language import Localisation, gettext, localised_for

router = Router("notifications", "unsubscriptions")

REASON = "who gets a mail can switch it off without signing in; the link names one recipient and one topic"


@router.post("/look", guard=public(REASON), problems=(LinkNotValid,))
async def look_at_link(body: LinkLook, session: Session, settings: CurrentSettings) -> SubscriptionRead:
    """Show what the link of a mail switches. Nothing is changed: scanners open links, too."""
    link = open_link(body.token, settings.link_keys)
    return _told(link, await service.is_wanted(session, link), body.locale)


@router.post("", guard=public(REASON), problems=(LinkNotValid, TooManySwitches))
async def switch_by_link(
    body: LinkSwitch, session: Session, settings: CurrentSettings, real_now: RealNow
) -> SubscriptionRead:
    """Switch off mails about the topic of a mail, with its link, or on again. It holds at once, also for mails that
    wait to be sent. Doing it again changes nothing."""  # (RFC 8058)
    link = open_link(body.token, settings.link_keys)
    await service.switch_by_link(session, link, body.wanted, real_now)
    return _told(link, body.wanted, body.locale)


def _told(link: Subscription, wanted: bool, tag: str) -> SubscriptionRead:
    with localised_for(Localisation(tag)):
        title = gettext(link.topic.row.title)
    kind = "user" if link.recipient.kind is RecipientKind.user else "contact"
    return SubscriptionRead(topic=link.topic, title=title, recipient=kind, wanted=wanted)
