"""The portal's style sheets: the folder is the layer, and tokens exist and are used. stylelint checks the rest."""

import re
from pathlib import Path

import pytest

from deploy.environment import ROOT

STYLES = ROOT / "services/portal/static/css"
SHEETS = sorted(STYLES.glob("*/*.css"))
LAYERS = re.findall(r"[\w-]+", re.search(r"@layer ([^;]*);", (STYLES / "layers.css").read_text())[1])  # type: ignore[index]
OUR_OWN = r"--(?!tblr-)[\w-]+"
BRAND = {"--brand", "--brand-fg", "--brand-text"}
"""They are used by what is inlined of the brand, too."""


def outermost(css: str) -> list[str]:
    """What stands outside of all braces, one item per block."""
    depth, text, found = 0, "", list[str]()
    for character in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL):
        if character == "{":
            if not depth:
                found.append(text.strip())
            depth, text = depth + 1, ""
        elif character == "}":
            depth, text = depth - 1, ""
        else:
            text += character
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.parent.name}/{sheet.stem}")
def test_a_sheet_is_in_the_layer_of_its_folder(sheet: Path) -> None:
    own = f"@layer {sheet.parent.name}"

    assert sheet.parent.name in LAYERS
    assert outermost(sheet.read_text()) in ([own], [own, "@layer adaptations"])


def test_every_token_is_there_and_used() -> None:
    texts = {sheet: sheet.read_text() for sheet in SHEETS}
    defined = {name for text in texts.values() for name in re.findall(rf"({OUR_OWN}):", text)}
    used = {name for text in texts.values() for name in re.findall(rf"var\(({OUR_OWN})", text)}

    assert used - defined == set()
    assert defined - used - BRAND == set()
