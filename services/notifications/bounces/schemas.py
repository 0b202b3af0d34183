from typing import Literal

from shared.schemas import Read


class BounceRead(Read):
    """What became of a mail that came back. A mail server has nothing more to do, whatever it is."""

    result: Literal["taken", "not_final", "not_a_report", "not_ours"]
    """``taken``: the message has failed; ``not_final``: its mail server still tries, or has delivered it;
    ``not_a_report``: it is no delivery status notification that can be read, such as an answer of a person;
    ``not_ours``: it did not come to the return address of any message."""
