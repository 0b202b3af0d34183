"""The looks that a workspace's people see: hot reads, which need no scope, because everybody may know them."""

from typing import Any

LOGO = "SELECT brand_logo($1)"
COLUMNS = ("display_name", "color", "sender_name", "imprint_url", "privacy_url", "terms_url", "logo_hash", "logo_width",
           "logo_height")  # fmt: skip


def brand_of(workspace: str) -> str:
    """The query for the brand of whoever sells to a workspace, which is an SQL expression."""
    return f"SELECT {', '.join(COLUMNS)} FROM brand_of_seller({workspace})"  # noqa: S608 - constants


def shown(row: Any) -> dict[str, Any]:
    """The answer `ShownBrandRead` of a row of `brand_of`, or of none."""
    found = dict(row.items()) if row else dict.fromkeys(COLUMNS)
    hash_, width, height = (found.pop(name) for name in ("logo_hash", "logo_width", "logo_height"))
    return found | {"logo": {"hash": hash_, "width": width, "height": height} if hash_ else None}
