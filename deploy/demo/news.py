"""News of the demo: a release that was sent, and a draft of a webinar."""

from typing import Any

from deploy.demo.person import PATIENCE_SECONDS, Person
from deploy.waiting import eventually

CAMPAIGNS = "/api/notifications/campaigns"
PAUSE_SECONDS = 0.3
RELEASE: dict[str, Any] = {
    "topic": "news_release",
    "texts": {
        "en": {
            "title": "Harbour Gateway 3.0 is out",
            "body": "It restarts in two seconds, and speaks **IPv6** to all of your sites.\n\n"
            "- Back up before you upgrade.\n- Versions before 2.0 need *two* steps.\n\n"
            "You find it among your downloads.",
        },
        "de": {
            "title": "Harbour Gateway 3.0 ist da",
            "body": "Es startet in zwei Sekunden neu und spricht **IPv6** mit allen Ihren Standorten.\n\n"
            "- Sichern Sie Ihre Daten vorher.\n- Versionen vor 2.0 brauchen *zwei* Schritte.\n\n"
            "Sie finden es unter Ihren Downloads.",
        },
    },
    "segment": {"kinds": ["customer"], "sellers": "all"},
}
WEBINAR: dict[str, Any] = {
    "topic": "news_webinar",
    "texts": {
        "en": {
            "title": "Webinar: moving a site without downtime",
            "body": "We show how to move a site in *one hour*, with questions at the end.",
            "button_label": "Sign up",
        }
    },
    "button_url": "https://larkspur.example/webinars/moving",
    "segment": {"kinds": ["customer", "partner"], "sellers": "direct", "roles": ["admin", "regular"]},
}


async def write_news(robin: Person) -> None:
    """Of the provider's staff, to the people of all customers."""
    await robin.post(CAMPAIGNS, WEBINAR)
    release = await robin.post(CAMPAIGNS, RELEASE)
    await robin.post(f"{CAMPAIGNS}/{release['id']}/schedule", {"version": release["version"]})

    async def is_sent() -> bool:
        return bool((await robin.get(f"{CAMPAIGNS}/{release['id']}"))["state"] == "sent")

    await eventually(is_sent, "the news is sent", seconds=PATIENCE_SECONDS, pause=PAUSE_SECONDS)
