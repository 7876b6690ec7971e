# SPDX-License-Identifier: BSD-3-Clause
"""Small networks whose every figure can be added up by hand, and strategies for random ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from corridor.network import Network
from corridor.schema import MODELS
from corridor.tables import Tables, with_straight_lines

SOURCE = {"id": "hand", "title": "made by hand for a test"}


def rows(table: str, records: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(MODELS[table].model_validate(record) for record in records)


def place(name: str, country: str = "PK", lon: float = 67.0, lat: float = 25.0, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": name.title(),
        "country": country,
        "kind": "city",
        "lon": lon,
        "lat": lat,
        "source": "hand",
        **more,
    }


def link(
    name: str, tail: str, head: str, km: float, mode: str = "road", countries: str = "PK", **more: Any
) -> dict[str, Any]:
    return {
        "id": name,
        "from": tail,
        "to": head,
        "mode": mode,
        "length_km": km,
        "countries": countries,
        "source": "hand",
        **more,
    }


def rate(parameter: str, value: float, mode: str | None, unit: str, country: str = "*", **more: Any) -> dict[str, Any]:
    row = {"parameter": parameter, "value": value, "mode": mode, "unit": unit, "country": country, "year": 2025}
    return {**row, "basis": "quoted", "source": "hand", **more}


def clearing(
    crossing: str, post: str, facing: str, direction: str, hours: float, usd: float, mode: str = "road", **more: Any
) -> dict[str, Any]:
    return {
        "crossing": crossing, "post": post, "facing_post": facing, "mode": mode, "direction": direction,
        "hours": hours, "hours_year": 2022, "hours_basis": "quoted", "hours_source": "hand",
        "usd": usd, "usd_year": 2025, "usd_basis": "derived", "usd_source": "hand", "regime": "customs", **more,
    }  # fmt: skip


def transfer(
    where: str, old: str, new: str, hours: float, usd: float, unit: str = "per FEU", **more: Any
) -> dict[str, Any]:
    return {
        "place": where, "from_carriage": old, "to_carriage": new, "hours": hours, "hours_basis": "estimate",
        "usd": usd, "unit": unit, "usd_year": 2025, "usd_basis": "estimate", "source": "hand", **more,
    }  # fmt: skip


# Round figures: a truck makes 50 km/h for 12 of 24 hours, that is 25 km an elapsed hour; a train 600 km a day, 25 too.
RATES = [
    rate("speed_kmh", 50, "road", "km/h moving"),
    rate("duty_hours_per_day", 12, "road", "hours a day"),
    rate("usd_per_vehicle_km", 2.0, "road", "USD per vehicle-km"),
    rate("gco2e_per_tkm", 100, "road", "g CO2e per tonne-km"),
    rate("daily_km", 600, "rail", "km a day"),
    rate("usd_per_feu_km", 0.5, "rail", "USD per FEU-km"),
    rate("usd_per_tonne_km", 0.02, "rail", "USD per tonne-km"),
    rate("gco2e_per_tkm_diesel", 30, "rail", "g CO2e per tonne-km"),
    rate("gco2e_per_tkm_electric", 10, "rail", "g CO2e per tonne-km"),
    rate("payload_t", 24, "rail", "tonnes per vehicle"),
    rate("wagon_payload_t", 65, "rail", "tonnes per wagon"),
    rate("speed_kmh", 25, "sea", "km/h moving"),
    rate("usd_per_feu_km", 0.4, "sea", "USD per FEU-km"),
    rate("usd_per_tonne_km", 0.01, "sea", "USD per tonne-km"),
    rate("gco2e_per_tkm", 40, "sea", "g CO2e per tonne-km"),
    rate("payload_t", 24, "sea", "tonnes per vehicle"),
    rate("speed_kmh", 750, "air", "km/h moving"),
    rate("usd_per_tonne_km", 1.0, "air", "USD per tonne-km"),
    rate("gco2e_per_tkm", 900, "air", "g CO2e per tonne-km"),
    rate("payload_t", 1, "air", "tonnes per vehicle"),
    rate("terminal_hours", 4, "road", "hours per shipment"),
    rate("terminal_usd", 50, "road", "USD per vehicle"),
    rate("terminal_hours", 24, "rail", "hours per shipment"),
    rate("terminal_usd", 80, "rail", "USD per vehicle"),
    rate("reefer_usd_per_day", 60, "road", "USD per vehicle-day"),
    rate("reefer_usd_per_day", 60, "rail", "USD per vehicle-day"),
]
LAND = "road;rail1520;rail1676;rail1435;sea;air"
CARGO = [
    {"id": "general", "name": "general cargo", "form": "container", "unit_value_usd_per_t": 2400, "unit_value_basis": "estimate", "time_cost_percent_per_day": 1, "time_cost_basis": "estimate", "carriages": LAND, "source": "hand"},
    {"id": "ore", "name": "ore", "form": "bulk", "unit_value_usd_per_t": 200, "unit_value_basis": "estimate", "time_cost_percent_per_day": 0.05, "time_cost_basis": "estimate", "carriages": "road;rail1520;rail1676", "source": "hand"},
    {"id": "fruit", "name": "fruit", "form": "reefer", "unit_value_usd_per_t": 700, "unit_value_basis": "estimate", "time_cost_percent_per_day": 4, "time_cost_basis": "estimate", "carriages": "road;air;rail1520", "source": "hand"},
    {"id": "gas", "name": "natural gas", "form": "gas", "unit_value_usd_per_t": 500, "unit_value_basis": "estimate", "time_cost_percent_per_day": 0.05, "time_cost_basis": "estimate", "carriages": "pipeline", "source": "hand"},
]  # fmt: skip
VEHICLES = [
    {
        "id": "trailer",
        "name": "articulated truck",
        "payload_t": 24,
        "price_factor": 1,
        "basis": "estimate",
        "source": "hand",
    },
    {"id": "rigid", "name": "rigid truck", "payload_t": 10, "price_factor": 0.6, "basis": "estimate", "source": "hand"},
]


def network(
    places: Sequence[dict[str, Any]],
    links: Sequence[dict[str, Any]],
    rates: Sequence[dict[str, Any]] = RATES,
    **tables: Sequence[dict[str, Any]],
) -> Network:
    given = {name: rows(name, records) for name, records in tables.items()}
    made = Tables(
        places=rows("places", places), links=rows("links", links), lines={}, rates=rows("rates", rates),
        **({"cargo": rows("cargo", CARGO), "vehicles": rows("vehicles", VEHICLES), "sources": rows("sources", [SOURCE])} | given),
    )  # fmt: skip
    return Network(with_straight_lines(made), name="small")


def two_countries() -> Network:
    """Port - town - post | post - city by road, and a railway with a break of gauge beside it.

    ::

        port ==road 100== town ==road 100== west | east ==road 50== city
          |                  |                                       |
          +--rail1676 120----+                town.. no rail on      |
                                   east --rail1520 60----------------+
    """
    places = [
        place("port", lon=66.9, lat=29.3, kind="seaport", terminals="road;rail1676;sea"),
        place("town", lon=66.7, lat=30.1, terminals="road;rail1676"),
        place("west", lon=66.44, lat=30.9, kind="border", terminals="road"),
        place("east", "AF", lon=66.42, lat=30.97, kind="border", terminals="road;rail1520"),
        place("city", "AF", lon=66.35, lat=31.38, aliases="Stadt;Город", unlocode="AFCTY", terminals="road;rail1520"),
    ]
    links = [
        link("road-port-town", "port", "town", 100, inland="forward"),
        link("road-town-west", "town", "west", 100, inland="forward"),
        link("road-west-east", "west", "east", 8, countries="PK;AF"),
        link("road-east-city", "east", "city", 50, countries="AF"),
        link("rail-port-town", "port", "town", 120, mode="rail", gauge_mm=1676, traction="diesel"),
        link("rail-east-city", "east", "city", 60, mode="rail", gauge_mm=1520, traction="electric", countries="AF"),
    ]
    crossings = [
        clearing("gate", "west", "east", "outbound", 20, 100),
        clearing("gate", "east", "west", "inbound", 10, 50),
        clearing("gate", "east", "west", "outbound", 15, 30),
        clearing("gate", "west", "east", "inbound", 40, 70),
    ]
    transfers = [
        transfer("town", "road", "rail1676", 12, 110),
        transfer("town", "rail1676", "road", 12, 110),
        transfer("east", "road", "rail1520", 6, 5, unit="per tonne"),
        transfer("east", "rail1520", "road", 6, 5, unit="per tonne"),
    ]
    return network(places, links, crossings=crossings, transfers=transfers)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Random networks: parallel links, three gauges, one-way and planned links, ties, zero costs, parts not joined."""
    count = draw(st.integers(2, 7))
    names = [f"p{number}" for number in range(count)]
    countries = draw(st.lists(st.sampled_from(["PK", "AF", "UZ"]), min_size=count, max_size=count))
    places = [
        place(name, country, lon=60 + i * 0.01, lat=30 + (i % 3) * 0.01)
        for i, (name, country) in enumerate(zip(names, countries, strict=True))
    ]
    links, crossings, transfers = [], [], []
    for number in range(draw(st.integers(1, 16))):
        a, b = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
        mode, gauge = draw(
            st.sampled_from(
                [("road", None), ("rail", 1520), ("rail", 1676), ("rail", 1435), ("sea", None), ("air", None)]
            )
        )
        more: dict[str, Any] = {"gauge_mm": gauge, "traction": "diesel"} if mode == "rail" else {}
        if mode in {"sea", "air"}:
            more["wait_hours"] = draw(st.sampled_from([0, 24]))
        if draw(st.booleans()):
            more |= {
                "hours": draw(st.sampled_from([0, 1, 2, 5])),
                "usd_per_vehicle": draw(st.sampled_from([0, 10, 25])),
            }
        links.append(
            link(
                f"l{number}", names[a], names[b], draw(st.sampled_from([2, 3, 10, 10, 25])), mode=mode,
                countries=";".join(dict.fromkeys((countries[a], countries[b]))), oneway=draw(st.booleans()),
                status=draw(st.sampled_from(["operating"] * 5 + ["planned"])), inland=draw(st.sampled_from(["forward", "backward", "level"])), **more,
            )
        )  # fmt: skip
        if countries[a] != countries[b] and mode in {"road", "rail"}:
            known = {(row["post"], row["facing_post"], row["mode"]) for row in crossings}
            if (names[a], names[b], mode) not in known:
                for post, facing in ((names[a], names[b]), (names[b], names[a])):
                    for direction in ("outbound", "inbound"):
                        hours, usd = draw(st.sampled_from([0, 1, 8])), draw(st.sampled_from([0, 40]))
                        crossings.append(
                            clearing(
                                f"c-{min(names[a], names[b])}-{max(names[a], names[b])}",
                                post,
                                facing,
                                direction,
                                hours,
                                usd,
                                mode,
                            )
                        )
    rides = ["road", "rail1520", "rail1676", "rail1435", "sea", "air"]
    for name in names:
        for pair in draw(st.lists(st.tuples(st.sampled_from(rides), st.sampled_from(rides)), max_size=4, unique=True)):
            if pair[0] != pair[1]:
                hours, usd = draw(st.sampled_from([0, 2, 12])), draw(st.sampled_from([0, 50]))
                transfers.append(transfer(name, *pair, hours, usd))
    return network(places, links, crossings=crossings, transfers=transfers)


RIDES = [("road", None), ("rail", 1520), ("rail", 1676), ("sea", None), ("air", None)]


@st.composite
def tangled(draw: st.DrawFn, *, most_links: int = 14) -> Network:
    """Networks in which most pairs are joined: a chain of links in changing carriages, short cuts, and many transfers."""
    count = draw(st.integers(3, 7))
    names = [f"p{number}" for number in range(count)]
    countries = draw(st.lists(st.sampled_from(["PK", "PK", "AF", "UZ"]), min_size=count, max_size=count))
    places = [
        place(name, country, lon=60 + i * 0.01, lat=30 + (i % 3) * 0.01)
        for i, (name, country) in enumerate(zip(names, countries, strict=True))
    ]
    pairs = [(i, i + 1) for i in range(count - 1)]
    extra = st.sampled_from([(a, b) for a in range(count) for b in range(count) if a != b])
    pairs += draw(st.lists(extra, max_size=most_links - len(pairs)))
    links: list[dict[str, Any]] = []
    clearings: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    served: dict[str, dict[str, None]] = {name: {} for name in names}
    for number, (a, b) in enumerate(pairs):
        mode, gauge = draw(st.sampled_from(RIDES[:4] if number < count - 1 else RIDES))
        more: dict[str, Any] = {"gauge_mm": gauge, "traction": "electric"} if gauge else {}
        if mode in {"sea", "air"}:
            more["wait_hours"] = draw(st.sampled_from([0, 24]))
        if draw(st.booleans()):
            more |= {"hours": draw(st.sampled_from([0, 1, 5])), "usd_per_vehicle": draw(st.sampled_from([0, 10, 25]))}
        if number >= count - 1:
            more |= {"oneway": draw(st.booleans()), "status": draw(st.sampled_from(["operating"] * 4 + ["planned"]))}
        through = ";".join(dict.fromkeys((countries[a], countries[b])))
        km = draw(st.sampled_from([2, 3, 10, 10, 25]))
        links.append(link(f"l{number}", names[a], names[b], km, mode=mode, countries=through, **more))
        for name in (names[a], names[b]):
            served[name][f"rail{gauge}" if gauge else mode] = None
        if countries[a] != countries[b] and mode in {"road", "rail"}:
            gate = f"c-{min(names[a], names[b])}-{max(names[a], names[b])}"
            for post, facing in ((names[a], names[b]), (names[b], names[a])):
                for direction in ("outbound", "inbound"):
                    hours, usd = draw(st.sampled_from([0, 1, 8])), draw(st.sampled_from([0, 40]))
                    key = (post, facing, direction, mode)
                    clearings.setdefault(key, clearing(gate, post, facing, direction, hours, usd, mode))
    transfers = [
        transfer(name, old, new, draw(st.sampled_from([0, 2, 12])), draw(st.sampled_from([0, 50])))
        for name, rides in served.items()
        for old in rides
        for new in rides
        if old != new and draw(st.integers(0, 3))
    ]
    return network(places, links, crossings=list(clearings.values()), transfers=transfers)
