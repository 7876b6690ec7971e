# SPDX-License-Identifier: BSD-3-Clause
"""How long a large network of one's own takes: ``python benchmarks/read_large.py [places]``, seconds by stage.

Places lie at random in Kazakhstan, roads join neighbours (edges of the Delaunay triangulation, 2.5 a place, each a row for
both ways with a drawn line of four points). The same network is read from GeoParquet with and without the columns that can
be filled in, and from frames.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

import corridor as co
from corridor.filling import country_outlines

PLACES = 100_000
ROADS_A_PLACE = 2.5
SEED = 7


def make_frames(count: int, *, seed: int = SEED) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return random places and roads as frames with id, country and length."""
    chance = np.random.default_rng(seed)
    outline = country_outlines()["KZ"]
    shapely.prepare(outline)
    west, south, east, north = outline.bounds
    box = np.round(chance.uniform((west, south), (east, north), size=(4 * count, 2)), 6)
    box = np.unique(box[shapely.contains_xy(outline, box[:, 0], box[:, 1])], axis=0)
    points = box[chance.permutation(len(box))[:count]]
    ids = np.array([f"k{number:06d}" for number in range(count)])
    places = gpd.GeoDataFrame(
        {"id": ids, "name": [f"Settlement {number}" for number in range(count)], "country": "KZ"},
        geometry=shapely.points(points),
        crs="EPSG:4326",
    )
    tail, head = _neighbours(points, chance)
    ends = np.stack([points[tail], points[head]], axis=1)
    length = np.round(_great_circle_km(ends) * chance.uniform(1.05, 1.4, len(ends)) + 0.05, 3)
    shares = np.array([0, 0.3, 0.7, 1])[None, :, None]
    line = ends[:, :1] * (1 - shares) + ends[:, 1:] * shares
    line[:, 1:3] += chance.normal(0, 1e-3, (len(ends), 2, 2))
    name = np.char.add(np.char.add(np.char.add("road-", ids[tail]), "-"), ids[head])
    links = gpd.GeoDataFrame(
        {"id": name, "from": ids[tail], "to": ids[head], "mode": "road", "length_km": length},
        geometry=shapely.linestrings(line),
        crs="EPSG:4326",
    )
    return places, links


def _neighbours(points: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of neighbours: the first edge at each place, and others at random."""
    edges = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points), only_edges=True))
    coordinates = np.concatenate([points, shapely.get_coordinates(edges)])
    _, number = np.unique(coordinates, axis=0, return_inverse=True)
    number = number.reshape(-1)
    place = np.empty(number.max() + 1, dtype=np.int64)
    place[number[: len(points)]] = np.arange(len(points))
    pairs = chance.permutation(place[number[len(points) :]].reshape(-1, 2))
    first = np.unique(pairs.reshape(-1), return_index=True)[1] // 2
    wanted = np.unique(np.concatenate([first, np.arange(len(pairs))[: int(ROADS_A_PLACE * len(points)) - len(points)]]))
    rest = np.setdiff1d(np.arange(len(pairs)), wanted)[: int(ROADS_A_PLACE * len(points)) - len(wanted)]
    pairs = pairs[np.concatenate([wanted, rest])]
    return pairs[:, 0], pairs[:, 1]


def _great_circle_km(ends: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(ends[..., 0]), np.radians(ends[..., 1])
    chord = np.sin((lat[:, 1] - lat[:, 0]) / 2) ** 2
    chord += np.cos(lat[:, 0]) * np.cos(lat[:, 1]) * np.sin((lon[:, 1] - lon[:, 0]) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(chord))


def timed(task: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds of a task and its result."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", co.errors.CorridorWarning)
        result = task()
    return time.perf_counter() - start, result


def main() -> None:
    """Print a table: seconds by stage, for each way in which the same network may come."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PLACES
    places, links = make_frames(count)
    pick = np.random.default_rng(SEED).permutation(count)
    origins, destinations = (places["id"].to_numpy()[part].tolist() for part in (pick[:8], pick[8:108]))
    bare_places, bare_links = places.drop(columns="country"), links.drop(columns="id")
    print(
        f"{count:,} places, {len(links):,} two-way roads\n\n| network | read | matrix 8 x 100 | in all |\n|---|---:|---:|---:|"
    )
    with tempfile.TemporaryDirectory() as folder:
        sources: dict[str, Callable[[], object]] = {}
        for name, (some_places, some_links) in {
            "GeoParquet": (places, links),
            "GeoParquet without country and ids of links": (bare_places, bare_links),
        }.items():
            root = Path(folder) / name.replace(" ", "-")
            root.mkdir()
            some_places.to_parquet(root / "nodes.parquet")
            some_links.to_parquet(root / "links.parquet")
            sources[name] = lambda root=root: co.read_network(root)
        sources["frames"] = lambda: co.network_from_frames(places, links)
        for name, read in sources.items():
            reading, net = timed(read)
            asking, _ = timed(lambda net=net: co.matrix(net, origins, destinations, by="usd"))
            print(f"| {name} | {reading:.1f} s | {asking:.1f} s | {reading + asking:.1f} s |", flush=True)
            point = (70.0, 48.0)
            first, _ = timed(lambda net=net, point=point: net.place(point, snap_km=500))
            snap, _ = timed(lambda net=net, point=point: [net.place(point, snap_km=500) for _ in range(20)])
            del net
            gc.collect()
    print(f"\nThe place nearest to a point: {first * 1e3:.1f} ms the first time, then {snap / 20 * 1e3:.1f} ms.")
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GiB.")


if __name__ == "__main__":
    main()
