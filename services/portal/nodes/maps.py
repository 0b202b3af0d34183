"""A map of sites: the server draws SVG, which needs no script and has the colours of the theme.

Places are projected as they are on a plain grid of degrees. The map shows the part of the world that the sites are in,
with their numbers in the list beside it, which says all that the map says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from services.portal.clients.infrastructure import Site

WIDTH, HEIGHT, RADIUS = 720, 320, 11
MARGIN = 40
LEAST_DEGREES = 12
"""Across: a map of one site shows what is around it."""
STEPS = (1, 2, 5, 10, 15, 30, 45)
"""Degrees between two lines of the grid."""
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Dot:
    number: int
    x: float
    y: float
    used: bool
    """Whether services of the workspace run there."""


@dataclass(frozen=True, slots=True)
class Map:
    width: int
    height: int
    meridians: list[float]
    parallels: list[float]
    dots: list[Dot]


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of the world that is shown: its middle, and the points per degree."""

    longitude: float
    latitude: float
    scale: float

    def x(self, longitude: float) -> float:
        return WIDTH / 2 + (longitude - self.longitude) * self.scale

    def y(self, latitude: float) -> float:
        return HEIGHT / 2 - (latitude - self.latitude) * self.scale


def draw(sites: Sequence[tuple[Site, bool]]) -> Map | None:
    """The map of sites in the order of their numbers, each with whether services run there. None without sites."""
    if not sites:
        return None
    part = _part_with([site for site, _ in sites])
    places: list[tuple[float, float]] = []
    for site, _ in sites:
        places.append(_apart(part.x(site.longitude), part.y(site.latitude), places))
    dots = [
        Dot(number, round(x, 1), round(y, 1), used)
        for number, ((x, y), (_, used)) in enumerate(zip(places, sites, strict=True), 1)
    ]
    step = next((each for each in STEPS if WIDTH / part.scale / each <= MOST_LINES), STEPS[-1])
    meridians = [part.x(degrees) for degrees in _lines(part.longitude, WIDTH / part.scale, step)]
    parallels = [part.y(degrees) for degrees in _lines(part.latitude, HEIGHT / part.scale, step)]
    return Map(WIDTH, HEIGHT, [round(x, 1) for x in meridians], [round(y, 1) for y in parallels], dots)


def _part_with(sites: Sequence[Site]) -> _Part:
    west, east = min(site.longitude for site in sites), max(site.longitude for site in sites)
    south, north = min(site.latitude for site in sites), max(site.latitude for site in sites)
    across = max(east - west, LEAST_DEGREES)
    upwards = max(north - south, LEAST_DEGREES * HEIGHT / WIDTH)
    scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / upwards)
    return _Part((west + east) / 2, (south + north) / 2, scale)


def _apart(x: float, y: float, others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The place of a dot, moved aside where others would cover it."""
    for _ in range(len(others)):
        near = [one for one in others if abs(one[0] - x) < 2 * RADIUS and abs(one[1] - y) < 2 * RADIUS]
        if not near:
            break
        x = max(one[0] for one in near) + 2 * RADIUS
        if x > WIDTH - RADIUS:
            x, y = RADIUS, y + 2 * RADIUS
    return x, y


def _lines(middle: float, across: float, step: int) -> list[int]:
    first, last = ceil((middle - across / 2) / step), floor((middle + across / 2) / step)
    return [number * step for number in range(first, last + 1)]
