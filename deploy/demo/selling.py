"""What the provider of the demo offers beside its services: releases to download, quotes, documents, and news."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deploy.demo.documents import keep_documents
from deploy.demo.news import write_news
from deploy.demo.person import Person
from deploy.demo.quotes import make_quotes
from deploy.demo.releases import publish_releases


async def sell(robin: Person, priya: Person, products: Mapping[str, dict[str, Any]], today: datetime) -> None:
    """``products`` by their keys. Priya's company asks for quotes."""
    ids = {key: product["id"] for key, product in products.items()}
    await publish_releases(robin, ids, today)
    await make_quotes(priya, robin, ids["dark-fibre"], today.date())
    await keep_documents(robin, priya)
    await write_news(robin)
