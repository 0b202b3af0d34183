"""What a page's content security policy allows it to load: this site's own files, and what is named."""

from collections.abc import Sequence


def content_security_policy(*, scripts: Sequence[str] = (), styles: Sequence[str] = ()) -> str:
    """``scripts``, ``styles``: hashes of what is within the page, as the policy writes them."""
    script_sources, style_sources = " ".join(["'self'", *scripts]), " ".join(["'self'", *styles])
    return (
        f"default-src 'none'; script-src {script_sources}; style-src {style_sources}; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
