"""Files that belong to no row: exports. A service keeps them by a key, in a folder or in any other store that can do
what the port says."""

from shared.files.folder import Folder
from shared.files.port import Files, NoSuchFile, NotAKey

__all__ = ["Files", "Folder", "NoSuchFile", "NotAKey"]
