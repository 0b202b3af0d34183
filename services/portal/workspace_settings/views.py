"""What the page of a workspace's settings shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.choices import Group
from services.portal.clients.workspace_settings import WorkspaceSettings
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View
from services.portal.whom_to_ask import Helper, Sales


@dataclass(frozen=True)
class WorkspaceSettingsPage(View):
    template = "pages/workspace_settings/form.html"
    found: Section[WorkspaceSettings]
    form: Form
    languages: Sequence[Group]
    helper: Helper | None
    """What customers see under Support of what is saved; None: nothing, or the workspace has none."""
    sales: Sales | None
    """Whom they are told to ask about products and prices."""
