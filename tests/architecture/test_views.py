"""What a page shows is a typed view: its fields are exactly what its template reads."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes

from services.portal.brand import Brand
from services.portal.renderer import TEMPLATES, Renderer
from services.portal.static_files import StaticFiles
from services.portal.views import View
from shared.clock import Clock
from tests.portal.browsing import settings

FRAME = {"viewer", "navigation", "theme", "flash", "request", "reader", "brand", "head"}
"""What each page has, or a part of one."""
LAYOUTS = ("layouts/app.html", "layouts/gate.html", "layouts/base.html", "errors/page.html")
PORTAL = TEMPLATES.parent


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    given = settings()
    renderer = Renderer(given, Brand(given.brand_name, given.brand_color), StaticFiles(), Clock(None))
    return renderer._in("en")


def views() -> list[type[View]]:
    """All views with a template, in whichever module of the portal they are."""
    for file in sorted({*PORTAL.glob("*.py"), *PORTAL.glob("*/*.py")} - {*PORTAL.glob("assets/*.py")}):
        import_module(".".join(file.relative_to(PORTAL.parents[1]).with_suffix("").parts))
    return [each for each in _below(View) if hasattr(each, "template")]


def _below(kind: type[View]) -> Iterator[type[View]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


@cache
def parsed_once(env: jinja2.Environment, name: str) -> nodes.Template:
    """Every view has the same layouts."""
    assert env.loader
    return env.parse(env.loader.get_source(env, name)[0])


@cache
def undeclared(template: nodes.Template) -> set[str]:
    return meta.find_undeclared_variables(template)


def closure(env: jinja2.Environment, name: str) -> dict[str, nodes.Template]:
    """A template with those that it includes or extends, which share its variables."""
    found: dict[str, nodes.Template] = {}
    waiting = [name]
    while waiting:
        if (each := waiting.pop()) not in found:
            found[each] = parsed_once(env, each)
            waiting += [
                part.template.value
                for part in found[each].find_all((nodes.Include, nodes.Extends))
                if isinstance(part.template, nodes.Const)
            ]
    return found


def read_by(parsed: dict[str, nodes.Template]) -> set[str]:
    """The names that the templates read and do not set themselves."""
    read = set[str]().union(*(undeclared(each) for each in parsed.values()))
    own = {
        name.name for each in parsed.values() for name in each.find_all(nodes.Name) if name.ctx in ("store", "param")
    }
    macros = {name for each in parsed.values() for some in each.find_all(nodes.FromImport) for name in some.names}
    return read - own - macros


@pytest.mark.parametrize("view", views(), ids=lambda view: view.__name__)
def test_the_fields_of_a_view_are_what_its_template_reads(env: jinja2.Environment, view: type[View]) -> None:
    parsed = closure(env, view.template)
    for layout in LAYOUTS:  # named by a condition, so that the template does not say which
        parsed |= closure(env, layout) if view.template.startswith("errors/") else {}

    assert read_by(parsed) - FRAME - env.globals.keys() == {field.name for field in fields(view)}


def test_every_page_has_a_view() -> None:
    pages = {str(file.relative_to(TEMPLATES)) for file in Path(TEMPLATES).glob("pages/**/*.html")}
    errors = {str(file.relative_to(TEMPLATES)) for file in Path(TEMPLATES).glob("errors/*.html")} - set(LAYOUTS)

    assert {view.template for view in views()} >= pages | errors
