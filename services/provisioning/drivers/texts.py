"""What drivers tell people: in English, and by codes, so that readers of other languages get their own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A text in ``english``. ``code`` names what it says, with the ``values`` that its words in other languages need.
    Without a code, everybody reads the English."""

    english: str
    code: str | None = None
    values: Mapping[str, int | str] = field(default_factory=dict)


NOTHING = Text("")


class Code(StrEnum):
    """Codes, each with its English, which has values at their names: ``%(site)s``.

    The portal and the mails have words by code, whichever driver says it. So a code never gets another meaning, and one
    that means something of a single driver begins with that driver's name. A code without words is shown in English.
    """

    english: str

    def __new__(cls, code: str, english: str) -> "Code":
        member = str.__new__(cls, code)
        member._value_ = code
        member.english = english
        return member

    def text(self, **values: int | str) -> Text:
        """The text with these values, which are those that the English names."""
        return Text(self.english % values, self.value, values)
