"""The names of files that customers download: they go into headers, and onto every kind of disk."""

import re

MOST_NAME = 150
_NAME = re.compile(rf"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._+~-]{{0,{MOST_NAME - 1}}}(?<!\.)")


def is_file_name(name: str) -> bool:
    """Letters and digits of ASCII, dots, dashes, underscores, plus signs and tildes; it begins with a letter or digit.
    So it needs no quoting anywhere, and leads to no other folder."""
    return _NAME.fullmatch(name) is not None
