"""What each event of mails, and of what people chose to be told of, says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

MAILS: Mapping[str, Sentences] = {
    "message_sent": (mark("A mail was sent: %(topic)s."),),
    "message_failed": (mark("A mail could not be delivered: %(topic)s."),),
    "message_asked_again": (mark("%(actor)s asked for a mail again: %(topic)s."),),
    "message_retried": (
        mark("%(actor)s had a mail tried again: %(topic)s."),
        mark("A mail was tried again: %(topic)s."),
    ),
    "mail_test_asked": (mark("%(actor)s had a test mail sent to themselves."), mark("A test mail was sent.")),
    "address_suppressed": (mark("Mails to somebody come back: none are sent to that address any more."),),
    "address_released": (mark("Mails to somebody are sent again."),),
    "preferences_changed": (mark("What a person is told of was changed with the link of a mail."),),
    "contact_preference_changed": (mark("A switch of a contact was changed with the link of a mail."),),
    "preferences_changed:self": (mark("%(actor)s changed what they are told of."),),
}
