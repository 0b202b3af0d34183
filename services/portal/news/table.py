"""The list of campaigns."""

from markupsafe import Markup

from services.portal.atoms import filled, really_when, status
from services.portal.clients.campaigns import CampaignSummary
from services.portal.tables import Column, Empty, Table
from services.portal.tables.cells import NOTHING, named
from services.portal.viewer import Viewer
from shared.language import formats, mark
from shared.language import gettext as _


def _title(campaign: CampaignSummary, viewer: Viewer) -> Markup:
    href = f"/provider/{viewer.workspace.slug}/news/{campaign.id}"
    return named(Markup(""), filled('<span translate="no">%s</span>', campaign.title), campaign.topic_title, href)


def _when(campaign: CampaignSummary, viewer: Viewer) -> Markup:
    return really_when(campaign.ended_at or campaign.started_at or campaign.scheduled_for or campaign.created_at)


def _count(name: str) -> Column[CampaignSummary]:
    titles = {
        "recipients": mark("People"),
        "sent": mark("Sent"),
        "failed": mark("Failed"),
        "opted_out": mark("Switched off"),
    }

    def shown(campaign: CampaignSummary, viewer: Viewer) -> str:
        return formats.number(getattr(campaign, name)) if campaign.has_begun else NOTHING

    return Column(name, titles[name], shown, look="num")


CAMPAIGNS: Table[CampaignSummary] = Table(
    id="news",
    caption=mark("News"),
    columns=(
        Column("title", mark("Title"), _title, may_hide=False, look="wide-cell"),
        Column("state", mark("State"), lambda campaign, viewer: status(f"campaign_{campaign.state}")),
        *map(_count, ("recipients", "sent", "failed", "opted_out")),
        Column("when", mark("When"), _when, look="when"),
    ),
    empty=lambda viewer: Empty(
        "speakerphone", _("No news yet"), _("Write to the people of your customers and partners.")
    ),
    row_id=lambda campaign: str(campaign.id),
    fold_early=True,
)
