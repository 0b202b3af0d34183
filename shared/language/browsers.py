"""Which browser somebody uses, in words of the reader's language."""

from shared.language import gettext as _


def say_browser(name: str | None, system: str | None, *, otherwise: str | None = None) -> str:
    """Such as ``Firefox on Linux``, with words for a browser that is unknown. ``otherwise``: what was said of it in
    English, where none of its parts is known, as of sign-ins before there were parts. Begins with a small letter where
    it begins with a word of ours."""
    if name and system:
        return _("%(browser)s on %(system)s", browser=name, system=system)
    if system:
        return _("unknown browser on %(system)s", system=system)
    return name or otherwise or _("unknown browser")
