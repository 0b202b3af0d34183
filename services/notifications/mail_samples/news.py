"""What the samples of news tell."""

from services.notifications.mails.content import Facts, News
from services.notifications.mails.news import text_in
from services.notifications.topic_rows import Group
from services.notifications.topics import Topic
from shared.language import current_localisation

NEWS: Facts = {
    "campaign_id": "00000000-0000-0000-0000-00000000002a",
    "texts": {
        "en": {"title": "Harbour Gateway 3.0 is out", "opening": "It restarts in two seconds, and speaks IPv6."},
        "de": {"title": "Harbour Gateway 3.0 ist da", "opening": "Es startet in zwei Sekunden neu und spricht IPv6."},
    },
}
"""What each message of a campaign knows of it."""
WRITTEN = {
    "en": "It restarts in two seconds, and speaks **IPv6**.\n\n- Back up before you upgrade.\n"
    "- Read the [release notes](https://larkspur.example/releases/3-0).",
    "de": "Es startet in zwei Sekunden neu und spricht **IPv6**.\n\n- Sichern Sie Ihre Daten vorher.\n"
    "- Lesen Sie die [Hinweise](https://larkspur.example/releases/3-0).",
}


def sample_news(topic: Topic) -> News | None:
    """What staff have written, for the present reader. None for mails that are of no campaign."""
    return News(text_in(WRITTEN, current_localisation().tag), None) if topic.row.group is Group.news else None
