"""Translates the constant texts of templates while they are compiled, so that a page in German costs as much as one in
English. Texts with values are translated when the page is made."""

import re
from collections.abc import Iterable, Iterator
from gettext import NullTranslations

from jinja2 import Environment
from jinja2.ext import Extension, InternationalizationExtension
from jinja2.lexer import Token, TokenStream

BLOCK = ["block_begin", "trans", "block_end", "data", "block_begin", "endtrans", "block_end"]
"""The tokens of ``{% trans %}text{% endtrans %}`` without values."""
CALL = ["_", "lparen", "string", "rparen"]
"""The tokens of ``_("text")`` without values."""


class TranslatedConstants(Extension):
    """Replaces constant texts by their translations, among the tokens of a template."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        said = translations_of(self.environment)
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            if _kinds(tokens[at : at + len(BLOCK)]) == BLOCK:
                text = tokens[at + 3]
                yield Token(text.lineno, "data", in_block(said, text.value))
                at += len(BLOCK)
            elif _kinds(tokens[at : at + len(CALL)]) == CALL:
                text = tokens[at + 2]
                yield Token(text.lineno, "string", said.gettext(text.value))
                at += len(CALL)
            else:
                yield tokens[at]
                at += 1


def in_block(said: NullTranslations, text: str) -> str:
    """The translation of what stands between the tags: on one line, and with percent signs doubled, as who collects
    the texts finds it."""
    found: str = said.gettext(re.sub(r"\s*\n\s*", " ", text.strip()).replace("%", "%%"))
    return found.replace("%%", "%")


def translate(environment: Environment, said: NullTranslations) -> None:
    """Let an environment speak one language, in ``{% trans %}`` blocks and by ``_`` and ``ngettext`` in expressions."""

    def gettext(text: str, **values: object) -> str:
        found: str = said.gettext(text)
        return found % values if values else found

    def ngettext(one: str, many: str, number: int, **values: object) -> str:
        found: str = said.ngettext(one, many, number)
        return found % {"num": number, **values} if values else found

    environment.policies["ext.i18n.trimmed"] = True
    environment.globals["translations"] = said
    environment.add_extension(InternationalizationExtension)
    environment.add_extension(TranslatedConstants)
    environment.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext, "pgettext": said.pgettext}


def translations_of(environment: Environment) -> NullTranslations:
    found = environment.globals["translations"]
    assert isinstance(found, NullTranslations)
    return found


def _kinds(tokens: Iterable[Token]) -> list[str]:
    return list(_each(tokens))


def _each(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield token.value if token.type == "name" else token.type
