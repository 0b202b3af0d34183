"""What staff write in a small part of Markdown: paragraphs, emphasis, lists, and links to https addresses. Everything
else is text, HTML too, so that a mail shows nothing that its writer could not see in the preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

DEEPEST = 10
"""Lists inside of lists."""


class _Reader(MarkdownIt):
    """Finds every link, to say which may not be."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "linkify": False, "maxNesting": DEEPEST})
        self.enable(["list", "emphasis", "link", "newline", "escape"])

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return True


class _Writer(_Reader):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return is_link(url)


@dataclass(frozen=True, slots=True)
class Written:
    """A text as HTML, and as plain text for mail programs that show no HTML."""

    html: Markup
    text: str


def is_link(address: str) -> bool:
    """Whether it may be linked: never what runs something, or is read by others on its way."""
    return address.lower().startswith("https://")


@lru_cache(maxsize=64)
def write(source: str) -> Written:
    """``source`` as a mail shows it. Kept, because a campaign writes the same text to each of its readers."""
    tokens = _WRITER.parse(source)
    return Written(Markup(_WRITER.renderer.render(tokens, _WRITER.options, {})), _plain(tokens))  # noqa: S704


def linked(source: str) -> list[str]:
    """The addresses that ``source`` would link, whatever they are."""
    tokens = _READER.parse(source)
    found = [each for token in tokens for each in token.children or ()]
    return [str(each.attrs["href"]) for each in found if each.type == "link_open"]


def opening(source: str, most: int) -> str:
    """How a text begins, in one line of at most so many characters."""
    line = " ".join(write(source).text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _plain(tokens: Sequence[Token]) -> str:
    """The text without marks: an item of a list begins with a dash or its number, an address follows its label."""
    lists: list[int | None] = []
    parts: list[str] = []
    bullet = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            bullet = "- " if number is None else f"{number}. "
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline":
            indent = "  " * (len(lists) - 1) if lists else ""
            parts.append(f"{indent}{bullet}{_words(token.children or ())}")
            bullet = ""
    return "\n\n".join(parts)


def _words(tokens: Sequence[Token]) -> str:
    said, links = "", []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            said += "\n"
        elif token.type == "link_open":
            links.append(str(token.attrs["href"]))
        elif token.type == "link_close":
            said += f" ({links.pop()})"
        else:
            said += token.content
    return said


_WRITER, _READER = _Writer(), _Reader()
