"""The words of the catalogue's pages."""

from collections.abc import Iterable

from services.portal.clients.catalogue import CatalogueProduct, ProductSummary
from services.portal.configuration import Property
from services.portal.product_fields import Field
from services.portal.products.entries import NEEDED
from services.portal.products.schema_rows import TYPES
from services.portal.resources import RESOURCES
from services.portal.texts import Texts
from services.portal.vocabulary import KINDS
from shared.language import gettext as _
from shared.language import mark

Options = list[tuple[str, str]]

COUNTING = Texts(
    {
        "": mark("As its kind"),
        "hosted": mark("Hosted: as a cloud connection and a virtual circuit"),
        "dedicated": mark("Dedicated: as a cloud connection"),
        "dedicated_port": mark("Dedicated: as a cloud connection and a port"),
    }
)
FIELD_TYPES = Texts(TYPES)
CONTROLS = Texts({"text": mark("Text"), "number": mark("Number"), "select": mark("Choice"), "switch": mark("Switch")})


def kind_options() -> Options:
    return [(name, kind.title) for name, kind in KINDS.items()]


def counting_options() -> Options:
    return list(COUNTING.items())


def field_types() -> Options:
    return list(FIELD_TYPES.items())


def resource_options() -> Options:
    """The entries of what a service takes, by their names in the form."""
    return [(NEEDED + name, text) for name, text in RESOURCES.items()]


def needed(product: CatalogueProduct) -> list[Property]:
    """What one service takes of a host."""
    return [Property(RESOURCES.get(name, name), str(need)) for name, need in product.needs.items()]


def product_options(products: Iterable[ProductSummary], but: str) -> Options:
    """Products by key and name, without this one."""
    return [(each.key, f"{each.display_name} ({each.key})") for each in products if each.key != but]


def related(product: CatalogueProduct) -> list[Property]:
    """How a product belongs to others, by their keys."""
    found = [Property(_("Add-on to"), ", ".join(product.add_on_to))] if product.add_on_to else []
    brought = [Property(_("Brings along"), f"{each.product} × {each.quantity}") for each in product.brings]
    by = [Property(_("Comes along with"), ", ".join(product.brought_by))] if product.brought_by else []
    return [*found, *brought, *by]


def counted(product: CatalogueProduct) -> str:
    """How a cloud connection counts; empty for all other products."""
    return COUNTING[f"{product.connection}{'_port' if product.is_also_port else ''}"] if product.connection else ""


def asked(fields: list[Field]) -> list[Property]:
    """What the order form asks for: each field's label, and what can be entered."""
    return [Property(each.label, _asked(each)) for each in fields]


def _asked(field: Field) -> str:
    what = ", ".join(field.choices.values()) or field.said or CONTROLS[field.control]
    return _("%(what)s (has to be filled in)", what=what.rstrip(".")) if field.required else what
