from dataclasses import dataclass

from services.portal.csv_imports import ImportPage


@dataclass(frozen=True)
class AssetsImport(ImportPage):
    template = "pages/asset_imports/import.html"
    path: str
    back: str
    """The customer's account."""
