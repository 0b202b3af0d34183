"""What each event of quotes says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

QUOTES: Mapping[str, Sentences] = {
    "quote_requested": (mark("%(actor)s began quote %(quote)s."), mark("Quote %(quote)s was begun.")),
    "quote_drafted": (mark("%(actor)s drafted an offer for quote %(quote)s."),),
    "quote_offered": (
        mark("%(actor)s made an offer for quote %(quote)s, valid until %(valid_until)s."),
        mark("%(actor)s made an offer for quote %(quote)s."),
    ),
    "quote_revised": (mark("%(actor)s took the offer for quote %(quote)s up again, to make another one."),),
    "quote_expiring": (mark("The offer for quote %(quote)s ends on %(valid_until)s: a reminder was sent."),),
    "quote_expired": (mark("The offer for quote %(quote)s was valid until %(valid_until)s, and has expired."),),
    "quote_accepted": (mark("%(actor)s accepted the offer for quote %(quote)s."),),
    "quote_order_retried": (mark("%(actor)s had quote %(quote)s ordered again."),),
    "quote_declined": (
        mark("%(actor)s declined the offer for quote %(quote)s: “%(words)s”."),
        mark("%(actor)s declined the offer for quote %(quote)s."),
    ),
    "quote_withdrawn": (
        mark("%(actor)s withdrew quote %(quote)s: “%(words)s”."),
        mark("%(actor)s withdrew quote %(quote)s."),
    ),
    "quote_message_written": (mark("%(actor)s wrote a message about quote %(quote)s."),),
    "quote_note_written": (mark("%(actor)s wrote a note about quote %(quote)s."),),
    "quote_ordered": (mark("Everything of quote %(quote)s was ordered."),),
    "quote_order_refused": (mark("Quote %(quote)s could not be ordered: “%(line)s” is not possible yet."),),
}
