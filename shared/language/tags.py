"""The languages that texts exist in, each with the regions whose formats can be chosen, as BCP 47 tags: ``de-AT``."""

from functools import lru_cache

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Every language by its code, with its own name for itself."""
REGIONS = {
    "en": ("US", "GB", "IE", "AU", "CA", "NZ", "ZA", "SG", "IN", "DE", "AT", "CH", "NL", "BE", "DK", "SE", "FI"),
    "de": ("DE", "AT", "CH", "LI", "LU", "BE", "IT"),
}
"""The regions per language. The first is used where none was named."""
TAGS = tuple(f"{language}-{region}" for language, regions in REGIONS.items() for region in regions)
DEFAULT_TAG = TAGS[0]
"""For who asks for none of these languages."""
PSEUDO_TAG = "en-XA"
"""A made-up language in which every translated text is marked and longer, so that the others can be found. A browser
that asks for it gets it; it cannot be chosen in a form."""
HEADER = 200
"""Characters of a browser's header that are read, and kept with what was chosen."""


def language_of(tag: str) -> str:
    """``de`` of ``de-AT``. The made-up language is one of its own."""
    return tag if tag == PSEUDO_TAG else tag.partition("-")[0]


def babel_name(tag: str) -> str:
    """The name of the tag's formats in Babel."""
    return DEFAULT_TAG.replace("-", "_") if tag == PSEUDO_TAG else tag.replace("-", "_")


def choose_tag(accept_language: str) -> str:
    """The language of `find_tag`, else American English."""
    return find_tag(accept_language) or DEFAULT_TAG


def find_tag(accept_language: str) -> str | None:
    """The first language of an ``Accept-Language`` header that texts exist in, with its region if that can be chosen.
    Browsers list them in the order of preference."""
    return _found(accept_language[:HEADER])


@lru_cache(maxsize=1_000)
def _found(accept_language: str) -> str | None:
    for choice in accept_language.split(","):
        language, _, region = choice.partition(";")[0].strip().replace("_", "-").partition("-")
        tag = f"{language.lower()}-{region.upper()}"
        if tag == PSEUDO_TAG or tag in TAGS:
            return tag
        if regions := REGIONS.get(language.lower()):
            return f"{language.lower()}-{regions[0]}"
    return None
