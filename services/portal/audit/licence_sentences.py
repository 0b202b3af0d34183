"""What each event of licences says, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

LICENCES: Mapping[str, Sentences] = {
    "licence_issued": (mark("The licence of the service %(service)s was issued."),),
    "licence_key_shown": (mark("%(actor)s was shown the licence key of the service %(service)s."),),
    "licence_rotated": (
        mark("%(actor)s replaced the licence key of the service %(service)s."),
        mark("The licence key of the service %(service)s was replaced."),
    ),
    "licence_revoked": (
        mark("%(actor)s revoked the licence of the service %(service)s: “%(words)s”."),
        mark("The licence of the service %(service)s was revoked: “%(words)s”."),
    ),
    "licence_reinstated": (
        mark("%(actor)s took the revocation of the licence of the service %(service)s back."),
        mark("The revocation of the licence of the service %(service)s was taken back."),
    ),
    "licence_activated": (mark("The machine %(machine)s uses the licence of the service %(service)s."),),
    "licence_deactivated": (
        mark("%(actor)s released the machine %(machine)s from the licence of the service %(service)s."),
        mark("The machine %(machine)s does not use the licence of the service %(service)s any more."),
    ),
}
