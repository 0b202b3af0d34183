"""Mails of campaigns: what staff have written, in the reader's language or else in English."""

from collections.abc import Mapping
from typing import Any

from services.notifications.mails.content import Button, Facts, MailContent, MailContext
from services.notifications.mails.markdown import write
from shared.language import current_localisation, gettext, language_of

OTHERWISE = "en"
"""The language that every campaign is written in."""


def text_in(texts: Mapping[str, Any], tag: str) -> Any:
    """What was written for a reader of a language."""
    return texts.get(language_of(tag)) or texts[OTHERWISE]


def news(facts: Facts, context: MailContext) -> MailContent:
    """The mail; and the notice in the portal, which leads to the text."""
    said = text_in(facts["texts"], current_localisation().tag)
    written, label = context.news, gettext("Open the portal")
    page = Button(label, f"{context.public_url}/me/news/{facts['campaign_id']}")
    button = page if written is None else written.button or Button(label, f"{context.public_url}/")
    return MailContent(
        subject=said["title"],
        preview=said["opening"],
        heading=said["title"],
        paragraphs=(),
        body=write(written.body) if written else None,
        button=button,
        reason=gettext(
            "You get this because you use the portal as a user of %(company)s.", company=context.workspace.display_name
        ),
    )
