"""News: the list, one of them with what became of it, and the mail as it is sent."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.portal.audit.things import read_thing
from services.portal.clients.campaigns import Campaign
from services.portal.mail_frames import IN_FRAME, Tag, framing, tags_beside
from services.portal.news.entries import KINDS, SELLERS, values_of
from services.portal.news.table import CAMPAIGNS
from services.portal.news.views import CampaignList, CampaignPage
from services.portal.rendering import page
from services.portal.tables import TableState, TableView
from services.portal.tables.pages import PAGE_SIZE, list_page
from services.portal.viewer import InWorkspace, Section, Viewer, section
from services.portal.vocabulary import ROLES
from shared.language import LANGUAGES, current_localisation
from shared.language import gettext as _

router = APIRouter()

PATH = "/provider/{slug}/news"
VIEW, MANAGE = "campaign.view", "campaign.manage"


def path_of(viewer: Viewer, campaign_id: UUID | None = None) -> str:
    path = PATH.format(slug=viewer.workspace.slug)
    return path if campaign_id is None else f"{path}/{campaign_id}"


async def read_campaign(viewer: Viewer, campaign_id: UUID) -> Campaign:
    return await viewer.services.notifications.campaign(campaign_id, locale=current_localisation().tag)


@router.get(PATH)
async def news(request: Request, viewer: InWorkspace) -> Response:
    state = TableState.of(CAMPAIGNS, request.query_params, viewer)
    read, tag = viewer.services.notifications.campaigns, current_localisation().tag
    found = await section(viewer, VIEW, lambda: read(locale=tag, cursor=state.cursor, limit=PAGE_SIZE))
    path = path_of(viewer)
    return list_page(request, CampaignList(TableView(CAMPAIGNS, state, found, viewer, path), path))


@router.get(PATH + "/{campaign_id}")
async def one(request: Request, viewer: InWorkspace, campaign_id: UUID, tag: Tag) -> Response:
    viewer.require(VIEW)
    campaign = await read_campaign(viewer, campaign_id)
    notifications = viewer.services.notifications
    counts = campaign.state in ("draft", "scheduled")
    audience = await section(viewer, VIEW, lambda: notifications.audience(campaign_id)) if counts else Section("locked")
    thing = await read_thing(viewer, VIEW, campaign_id, lambda: _known(campaign))
    shown = CampaignPage(campaign, audience, _facts(campaign, await _partner(viewer, campaign)), tag, tags_beside(tag),
                         thing.history, path_of(viewer, campaign_id), path_of(viewer))  # fmt: skip
    return framing(page(request, shown))


async def _known(campaign: Campaign) -> Campaign:
    return campaign


async def _partner(viewer: Viewer, campaign: Campaign) -> str:
    """The name of the partner that it is limited to."""
    partner_id = campaign.segment.partner_id
    if partner_id is None:
        return ""
    found = await section(viewer, "customer.list", lambda: viewer.services.identity.partner(partner_id))
    return found.value.display_name if found.ready else ""


def _facts(campaign: Campaign, partner: str) -> list[tuple[str, str]]:
    values, roles = values_of(campaign), campaign.segment.roles
    return [
        (_("About"), campaign.topic_title),
        (_("For people of"), KINDS[values["kinds"]]),
        (_("Which of them"), partner or SELLERS[campaign.segment.sellers]),
        (_("Roles"), ", ".join(ROLES[role] for role in roles) or _("All roles")),
        (_("Language of the reader"), LANGUAGES.get(campaign.segment.language or "", _("Any language"))),
    ]


@router.get(PATH + "/{campaign_id}/content")
async def content(request: Request, viewer: InWorkspace, campaign_id: UUID, tag: Tag) -> Response:
    """The mail itself, for the frame of its page."""
    viewer.require(VIEW)
    shown = await viewer.services.notifications.saved_campaign_preview(campaign_id, locale=tag)
    return HTMLResponse(shown.html, headers=IN_FRAME)
