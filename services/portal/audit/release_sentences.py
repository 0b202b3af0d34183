"""What the events of releases and downloads say."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

RELEASES: Mapping[str, Sentences] = {
    "release_published": (mark("%(actor)s published %(release)s of the product %(product)s."),),
    "release_withdrawn": (mark("%(actor)s withdrew %(release)s of the product %(product)s: “%(words)s”."),),
    "download_served": (mark("%(actor)s downloaded %(file)s of %(product)s %(release)s."),),
}
