"""What the page of a proposed move shows."""

from dataclasses import dataclass

from services.portal.clients.moves import MoveHere
from services.portal.forms import Form
from services.portal.views import View


@dataclass(frozen=True)
class ProposedMove(View):
    """What would change, with the ways to consent and to decline; or that nothing is proposed any more."""

    template = "pages/moves/proposed.html"
    proposal: MoveHere
    form: Form
