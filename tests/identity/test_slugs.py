"""Slugs are made from names in any script."""

import pytest

from services.identity.workspaces.slugs import stem_of


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Northwind Logistics", "northwind-logistics"),
        ("Électricité de Łódź", "electricite-de-lodz"),
        ("Straßenbau Größe", "strassenbau-grosse"),
        ("Ærø Færge", "aero-faerge"),
        ("Þór & Æsir", "thor-aesir"),
        ("İstanbul Işık", "istanbul-isik"),
        ("Ｌａｒｋ", "lark"),
        ("株式会社", "workspace"),
        ("Ł", "workspace-l"),
    ],
)
def test_a_slug_spells_the_names_letters(name: str, stem: str) -> None:
    assert stem_of(name) == stem
