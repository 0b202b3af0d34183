"""What people read: in their language, with their formats, in their time zone.

`gettext` and `ngettext` translate for the reader of the running request or mail; `mark` names a text that is translated
later, where it is shown. Translations are in ``locale/`` of shared and of each service.
"""

from shared.language.localisation import (
    Localisation,
    current_localisation,
    gettext,
    localise_for,
    localised_for,
    mark,
    mark_in,
    ngettext,
    pgettext,
)
from shared.language.tags import DEFAULT_TAG, LANGUAGES, TAGS, choose_tag, language_of
from shared.language.zones import ZONES, is_zone

__all__ = [
    "DEFAULT_TAG",
    "LANGUAGES",
    "TAGS",
    "ZONES",
    "Localisation",
    "choose_tag",
    "current_localisation",
    "gettext",
    "is_zone",
    "language_of",
    "localise_for",
    "localised_for",
    "mark",
    "mark_in",
    "ngettext",
    "pgettext",
]
