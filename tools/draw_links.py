# SPDX-License-Identifier: BSD-3-Clause
"""The drawn line of each link: over the road or rail graph, through way points, as a great circle, or straight."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

from corridor.schema import Link
from osm_graph import GEOD, Point, Router, Way, geodesic_km

GRAPH_SOURCE: Final = "osm-scgraph"
WAYPOINT_SOURCE: Final = "judgement"
# A path this close to the stated length is taken at once; else the nearest of a few is.
GOOD_RATIO: Final = (0.90, 1.05)
WANTED_RATIO: Final = 0.98
KEPT_RATIO: Final = (0.75, 1.12)
# A path longer than this is another way altogether.
ABSURD_RATIO: Final = 1.5
# Between two way points a path may be longer than the straight line by this factor.
SECTION_RATIO: Final = 1.6
# A link this short is drawn straight where no path fits its length.
SHORT_KM: Final = 15.0
SHORT_RATIO: Final = (0.75, 1.3)
ALTERNATIVES: Final = 7
# An alternative must come nearer to the stated length by this much (in log ratio) to replace a shorter path.
WORTHWHILE: Final = 0.03
GREAT_CIRCLE_STEP_KM: Final = 250.0
MOST_POINTS: Final = 80
COARSE_DEGREES: Final = 0.01
FINE_DEGREES: Final = 0.002
FINE_BELOW_KM: Final = 60.0
END_DECIMALS: Final = 5
LINE_DECIMALS: Final = 4


@dataclass(frozen=True)
class Drawing:
    """The drawn line of a link and what is to be said of it."""

    line: tuple[Point, ...]
    kind: str
    source: str
    full_km: float
    graph_km: float | None = None
    access_km: float | None = None

    @property
    def line_km(self) -> float:
        """Length of the drawn line over the ellipsoid, km."""
        return geodesic_km(self.line)


def draw(link: Link, ends: tuple[Point, Point], way_points: Sequence[Point], routers: Mapping[str, Router]) -> Drawing:
    """Return the drawing of a link between its two places."""
    if link.mode == "air":
        return straight(great_circle(*ends))
    if link.mode in routers and is_built(link):
        path = route(link, ends, way_points, routers[link.mode])
        if path is not None:
            line = generalise(path.points, path.km)
            source = f"{GRAPH_SOURCE};{WAYPOINT_SOURCE}" if way_points else GRAPH_SOURCE
            # Where the graph has no junction between two places its path is a straight line, and is marked as one.
            kind = "routed" if len(line) > 2 else "straight"
            return Drawing(line, kind, source, geodesic_km(path.points), path.km, path.access_km)
    points = [ends[0], *way_points, ends[1]]
    if not way_points:
        return straight(points)
    return Drawing(rounded(points), "routed", WAYPOINT_SOURCE, geodesic_km(points))


def is_built(link: Link) -> bool:
    """Tell whether a way is there to be found on a graph: a road being improved is, a railway being built is not."""
    return link.status in {"operating", "disused"} or (link.mode == "road" and link.status == "under-construction")


def straight(points: Sequence[Point]) -> Drawing:
    """Return a drawing of the shortest line, which has no source but the two places."""
    return Drawing(rounded(points), "straight", "", geodesic_km(points))


def route(link: Link, ends: tuple[Point, Point], way_points: Sequence[Point], router: Router) -> Way | None:
    """Return the path that suits a link, or None where a straight line says more."""
    if way_points:
        return through(link, [ends[0], *way_points, ends[1]], router)
    first = router.paths(*ends, link.countries)
    if not first:
        return None
    low, high = GOOD_RATIO
    if low <= first[0].km / link.length_km <= high:
        return first[0]
    best = first[0]
    for path in router.paths(*ends, link.countries, most=ALTERNATIVES)[1:]:
        if misfit(path, link) < misfit(best, link) - WORTHWHILE:
            best = path
    low, high = SHORT_RATIO
    found = best.km / link.length_km
    if found > ABSURD_RATIO or (link.length_km <= SHORT_KM and not low <= found <= high):
        return None
    return best


def misfit(path: Way, link: Link) -> float:
    """Return how far the length of a path is from that stated for its link, as a log ratio."""
    return abs(math.log(path.km / (WANTED_RATIO * link.length_km)))


def through(link: Link, points: Sequence[Point], router: Router) -> Way | None:
    """Return the shortest path through way points, one section after the other; straight where a section has none."""
    sections = [section(link, start, end, router) for start, end in itertools.pairwise(points)]
    if not any(one.edges for one in sections):
        return None
    line = [points[0], *(point for one in sections for point in one.points[1:])]
    edges = tuple(edge for one in sections for edge in one.edges)
    access = sections[0].access_km + sections[-1].access_km
    return Way(tuple(line), sum(one.km for one in sections), access, edges)


def section(link: Link, start: Point, end: Point, router: Router) -> Way:
    """Return the path between two way points, or the straight line where the graph would lead far round."""
    shortest = geodesic_km([start, end])
    found = router.paths(start, end, link.countries)
    if found and found[0].km <= SECTION_RATIO * shortest + SHORT_KM:
        return found[0]
    return Way((start, end), shortest, 0.0, ())


def great_circle(start: Point, end: Point) -> list[Point]:
    """Return points along the geodesic between two places."""
    count = max(1, round(geodesic_km([start, end]) / GREAT_CIRCLE_STEP_KM))
    between = GEOD.npts(*start, *end, count) if count > 1 else []
    return [start, *((float(lon), float(lat)) for lon, lat in between), end]


def generalise(points: Iterable[Point], km: float) -> tuple[Point, ...]:
    """Return a line with the small bends taken out, finer for short links, and never more points than the most."""
    line = shapely.LineString(list(points))
    tolerance = FINE_DEGREES if km < FINE_BELOW_KM else COARSE_DEGREES * min(1.0, 0.3 + km / 400)
    simple = shapely.simplify(line, tolerance)
    while shapely.get_num_coordinates(simple) > MOST_POINTS:
        tolerance *= 1.2
        simple = shapely.simplify(line, tolerance)
    return rounded([(float(x), float(y)) for x, y in simple.coords])


def rounded(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a line with rounded coordinates and without repeated points; its two ends keep those of the places."""
    inner = [(round(x, LINE_DECIMALS), round(y, LINE_DECIMALS)) for x, y in points[1:-1]]
    line = [points[0]]
    line += [point for point in inner if point not in (line[0], points[-1])]
    unique = [line[0], *(two for one, two in itertools.pairwise(line) if one != two)]
    return (*unique, points[-1])
