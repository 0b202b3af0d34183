"""How to ask for operations that have no token: the proofs that they check instead."""

import secrets
from datetime import UTC, datetime
from uuid import UUID, uuid4

from pydantic import SecretStr

from services.billing.gateways.events import PaymentDeclined
from services.billing.gateways.port import Checkout
from services.billing.gateways.simulator.signing import SIGNATURE_HEADER
from services.notifications.topics import Recipient, RecipientKind, Topic
from services.notifications.unsubscriptions.links import Subscription, link_of
from tests.authorisation.business import gateway
from tests.authorisation.entries import Ask
from tests.authorisation.world import World
from tests.harness.services import SETTINGS

NOBODYS_SECRET = secrets.token_urlsafe(32)


def redemption(world: World) -> Ask:
    proofs = world.proofs
    return Ask({"challenge_id": proofs.challenge_id}, body={"browser": proofs.browser, "code": proofs.code})


def unknown_redemption(world: World) -> Ask:
    return Ask({"challenge_id": str(uuid4())}, body={"browser": world.proofs.browser, "code": world.proofs.code})


def session(world: World) -> Ask:
    return Ask(body={"session": world.proofs.session})


def unknown_session(_: World) -> Ask:
    return Ask(body={"session": NOBODYS_SECRET})


def invitation(world: World) -> Ask:
    return Ask(body={"token": world.proofs.invitation})


def unknown_invitation(_: World) -> Ask:
    return Ask(body={"token": NOBODYS_SECRET})


def unsubscription(world: World) -> Ask:
    """The link of a mail to a contact."""
    contact = Recipient(RecipientKind.admin_contact, uuid4())
    link = link_of(Subscription(contact, Topic.service_provisioned, world.tree.ids["northwind"]),
                   SecretStr(SETTINGS["link_keys"]), "")  # fmt: skip
    return Ask(body={"token": str(link).partition("t=")[2]})


def unknown_unsubscription(_: World) -> Ask:
    return Ask(body={"token": NOBODYS_SECRET})


def returned_mail(_: World) -> Ask:
    """A mail that came to the bounce address, and is about no message."""
    return Ask(
        body=b"To: bounces@mail.larkspur.example\n\n", headers={"Authorization": f"Bearer {SETTINGS['bounce_token']}"}
    )


def returned_mail_of_nobody(world: World) -> Ask:
    return Ask(body=returned_mail(world).body, headers={"Authorization": f"Bearer {NOBODYS_SECRET}"})


def logo(world: World) -> Ask:
    return Ask({"hash": world.proofs.logo})


def unknown_logo(_: World) -> Ask:
    return Ask({"hash": "0" * 64})


def portal(world: World) -> Ask:
    return Ask(body={"key": world.proofs.portal})


def unknown_portal(_: World) -> Ask:
    return Ask(body={"key": NOBODYS_SECRET})


def acceptance(world: World) -> Ask:
    return Ask(body={"token": world.proofs.invitation, "browser": world.proofs.browser})


def unknown_acceptance(world: World) -> Ask:
    return Ask(body={"token": NOBODYS_SECRET, "browser": world.proofs.browser})


def hosted_page(world: World) -> Ask:
    return Ask({"secret": world.proofs.hosted_page})


def payment_page(world: World) -> Ask:
    return Ask({"secret": world.proofs.payment_page})


def payment_choice(world: World) -> Ask:
    return Ask({"secret": world.proofs.payment_page, "choice": "decline"})


def no_payment_page(_: World) -> Ask:
    return Ask({"secret": NOBODYS_SECRET})


def no_payment_choice(_: World) -> Ask:
    return Ask({"secret": NOBODYS_SECRET, "choice": "decline"})


def callback(world: World) -> Ask:
    signer, now = gateway(world.installation), datetime.now(UTC)
    checkout = signer.open_page(world.proofs.payment_page, now=now)
    assert isinstance(checkout, Checkout)
    about = {"payment_id": checkout.payment_id, "workspace_id": checkout.workspace_id}
    money = {"amount_minor": checkout.amount_minor, "currency": checkout.currency}
    body, signature = signer.write_callback(PaymentDeclined(event_id=uuid4(), **about, **money), now=now)
    return Ask(body=body, headers={SIGNATURE_HEADER: signature})


def unsigned_callback(world: World) -> Ask:
    return Ask(body=callback(world).body, headers={SIGNATURE_HEADER: "t=0,v1=0"})


def person(world: World) -> Ask:
    return Ask({"user_id": world.rows["members"][0].id})


def unknown_person(_: World) -> Ask:
    return Ask({"user_id": str(UUID(int=0))})
