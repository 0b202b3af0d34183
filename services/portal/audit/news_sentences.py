"""What each event of campaigns of news says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

NEWS: Mapping[str, Sentences] = {
    "campaign_scheduled": (
        mark("%(actor)s scheduled the news “%(title)s” for %(people)s people."),
        mark("The news “%(title)s” was scheduled."),
    ),
    "campaign_taken_back": (
        mark("%(actor)s took the news “%(title)s” back before it was sent."),
        mark("The news “%(title)s” was taken back before it was sent."),
    ),
    "campaign_tested": (
        mark("%(actor)s tried out the news “%(title)s”."),
        mark("The news “%(title)s” was tried out."),
    ),
    "campaign_started": (mark("The sending of the news “%(title)s” began."),),
    "campaign_stopped": (
        mark("%(actor)s stopped the news “%(title)s”, after %(sent)s of %(recipients)s mails."),
        mark("The news “%(title)s” was stopped."),
    ),
    "campaign_sent": (
        mark("The news “%(title)s” was sent: %(sent)s mails; %(failed)s failed, %(opted_out)s were switched off."),
        mark("The news “%(title)s” was sent."),
    ),
}
