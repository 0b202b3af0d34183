"""The fonts of documents: Inter, and Noto for all that Inter does not have, which Python packages bring."""

from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = ("manimgx_fonts", "noto_cjk_sans_otc")
"""The first has Noto Sans for some twenty scripts, symbols and emoji in one colour; the second Noto Sans CJK."""


def folders(more: Path | None = None) -> list[Path]:
    """Where the fonts are. Those of ``more`` are used for what no other has. Fonts of the system are not: what is
    printed must not depend on the machine."""
    found = [HERE / "fonts", *map(_folder_of, PACKAGES)]
    return [*found, more] if more else found


def _folder_of(package: str) -> Path:
    """Without importing it."""
    spec = find_spec(package)
    assert spec is not None, f"{package} is in requirements.lock"
    assert spec.origin is not None
    return Path(spec.origin).parent
