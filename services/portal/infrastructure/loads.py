"""The load of hosts, in words and as bars."""

from collections.abc import Iterable

from services.portal.clients.infrastructure import Resource
from services.portal.infrastructure.views import Load
from services.portal.resources import RESOURCES
from shared.language import formats
from shared.language import gettext as _


def loads_of(resources: Iterable[Resource]) -> list[Load]:
    return [
        Load(
            RESOURCES.get(each.resource, each.resource),
            _(
                "%(taken)s of %(capacity)s taken, %(free)s free",
                taken=formats.number(each.taken),
                capacity=formats.number(each.capacity),
                free=formats.number(each.capacity - each.taken),
            ),
            each.capacity,
            each.taken,
        )
        for each in resources
    ]
