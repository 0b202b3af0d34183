"""What the DNS of the mails' domains has to say, so that other mail servers believe in them."""

from collections.abc import Iterator

from services.notifications.settings import Settings
from services.notifications.signatures import pieces_of


def records_of(settings: Settings) -> Iterator[str]:
    """Lines for a zone file, with what each is for."""
    sender = settings.sender.partition("@")[2]
    if signer := settings.signer:
        yield "; DKIM: the public key of the signatures."
        yield f"{signer.record_name}. IN TXT {pieces_of(signer.record)}"
    else:
        yield "; DKIM: mails are not signed. Set NOTIFICATIONS_DKIM_DOMAIN, _DKIM_SELECTOR and _DKIM_KEY."
    bounces = settings.bounce_address.partition("@")[2] if settings.bounce_address else sender
    yield "; SPF: who may send for the domain of the envelope sender. Name your mail server, or what its provider says."
    yield f'{bounces}. IN TXT "v=spf1 mx -all"'
    if settings.bounce_address is None:
        yield "; Mails that come back later are not noticed. Set NOTIFICATIONS_BOUNCE_ADDRESS and _BOUNCE_TOKEN."
    yield "; DMARC: what becomes of mails that only claim to be yours. Begin with p=none, and read the reports."
    yield f'_dmarc.{sender}. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@{sender}"'
