from shared.language.fields import Locale
from shared.schemas import Body, Read


class WorkspaceSettingsRead(Read):
    locale: str
    """The language of mails to the workspace's contacts and of its documents, with a region."""


class WorkspaceSettingsUpdate(Body):
    locale: Locale
    """The language of mails to the workspace's contacts and of its documents, with a region."""
