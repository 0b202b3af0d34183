"""What staff fill in for a campaign, and what is sent of it."""

from typing import Any

from services.portal.clients.campaigns import Campaign
from services.portal.forms import Form
from services.portal.texts import Texts
from services.portal.vocabulary import INVITED_ROLES
from shared.language import LANGUAGES, mark
from shared.language import gettext as _

TOPICS = Texts(
    {
        "news_release": mark("New release"),
        "news_webinar": mark("Webinar"),
        "news_event": mark("Conference or meeting"),
        "news_other": mark("Other news"),
    }
)
KINDS = Texts(
    {
        "customer": mark("Customers"),
        "partner": mark("Partners"),
        "both": mark("Customers and partners"),
    }
)
SELLERS = Texts(
    {
        "direct": mark("Those that buy from us directly"),
        "all": mark("All, with those of partners"),
        "partner": mark("One partner and its customers"),
    }
)
ROLES = (*INVITED_ROLES, "billing")
NEW = {"topic": "news_release", "kinds": "customer", "sellers": "direct"}
FIELDS = ("title", "body", "button_label")


def values_of(campaign: Campaign) -> dict[str, str]:
    """A campaign as the values of its form."""
    segment = campaign.segment
    values = {
        "topic": campaign.topic,
        "button_url": campaign.button_url or "",
        "kinds": "both" if len(segment.kinds) > 1 else segment.kinds[0],
        "sellers": segment.sellers,
        "segment.partner_id": str(segment.partner_id or ""),
        "language": segment.language or "",
        "version": str(campaign.version),
    }
    values |= {f"role.{role}": "true" for role in segment.roles}
    for language, text in campaign.texts.items():
        values |= {f"texts.{language}.{name}": getattr(text, name) for name in FIELDS}
    return values


def written(form: Form) -> dict[str, Any]:
    """What the service gets. Nothing in a language but English: there is no text in it."""
    kinds = form.value("kinds")
    sellers = form.value("sellers")
    segment = {
        "kinds": ["customer", "partner"] if kinds == "both" else [kinds],
        "sellers": sellers,
        "partner_id": (form.value("segment.partner_id") or None) if sellers == "partner" else None,
        "roles": [role for role in ROLES if form.value(f"role.{role}") == "true"],
        "language": form.value("language") or None,
    }
    return said(form) | {"segment": segment}


def said(form: Form) -> dict[str, Any]:
    """The text alone, for its preview."""
    texts = {language: _text(form, language) for language in LANGUAGES}
    there = {language: text for language, text in texts.items() if language == "en" or any(text.values())}
    return {"topic": form.value("topic"), "texts": there, "button_url": form.value("button_url") or None}


def _text(form: Form, language: str) -> dict[str, str]:
    return {name: form.value(f"texts.{language}.{name}") for name in FIELDS}


def languages() -> list[tuple[str, str]]:
    return [("", _("Any language")), *LANGUAGES.items()]
