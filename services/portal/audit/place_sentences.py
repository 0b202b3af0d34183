"""What events about locations, sites and hosts say, as sentences for people (`sentences.py`)."""

from collections.abc import Mapping

from services.portal.audit.billing_sentences import Sentences
from shared.language import mark

PLACES: Mapping[str, Sentences] = {
    # locations
    "location_added": (
        mark("%(actor)s added the location %(location)s."),
        mark("The location %(location)s was added."),
    ),
    "location_updated": (
        mark("%(actor)s changed the location %(location)s."),
        mark("The location %(location)s was changed."),
    ),
    "location_closed": (
        mark("%(actor)s closed the location %(location)s."),
        mark("The location %(location)s was closed."),
    ),
    # sites and hosts
    "site_added": (mark("%(actor)s added the site %(site)s."),),
    "site_changed": (mark("%(actor)s changed the site %(site)s."),),
    "host_added": (mark("%(actor)s added the host %(host)s to the site %(site)s."),),
    "host_changed": (mark("%(actor)s changed the host %(host)s."),),
    "host_maintenance_started": (mark("%(actor)s put the host %(host)s into maintenance."),),
    "host_maintenance_ended": (mark("%(actor)s ended the maintenance of the host %(host)s."),),
}
