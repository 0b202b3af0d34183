"""What people enter to say which workspace they mean."""

import re
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE = re.compile(r"(?:https?://[^/\s]{1,253})?/?(?:w|partner|provider|customer)/([^/?#\s]{1,100})(?:[/?#].*)?")


def workspace_name(entered: str) -> str:
    """The name in URLs, or the GUID in its usual spelling, of an address of a page or of the name itself."""
    text = entered.strip().lower()
    found = _PAGE.fullmatch(text)
    name = found[1] if found else text
    try:
        return str(UUID(name))
    except ValueError:
        pass
    if not _SLUG.fullmatch(name):
        raise PydanticCustomError("workspace_name", "Enter the URL or the GUID of a workspace.")
    return name


WorkspaceName = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(workspace_name)]
"""A workspace by its URL, by the name in it, or by its GUID."""
