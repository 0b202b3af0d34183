"""Python's garbage collector, set for processes that run for months."""

import gc


def settle() -> None:
    """To be called when everything is imported: what is there stays, and no collection looks at it again."""
    gc.collect()
    gc.freeze()
