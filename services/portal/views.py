"""What templates show: a view is a dataclass whose fields are its template's variables. A template has no others but
those of the frame (rendering.py, renderer.py), which a test holds."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class View:
    """Subclasses name their ``template``, and add a field per variable."""

    template: ClassVar[str]

    def variables(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}
