# SPDX-License-Identifier: BSD-3-Clause
"""How each uncertain time is distributed: which clearings, hauls, transfers and waits vary, how widely, and on what ground.

Every time is lognormal and keeps its mean. What varies as one thing is one :class:`Uncertain`: the clearing of a post by
mode and direction; the pace of a mode in a country, whatever link it is run on, so that cutting a road into more links
changes nothing; a transfer at a place; the wait for a ship or aircraft; loading, unloading and the dwell in a port.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from corridor.errors import OptionError, nearest
from corridor.prices import Edge, Prices
from corridor.schema import Link, Rate
from corridor.shipment import Shipment
from corridor.states import check_network, kept_prices
from corridor.vocabulary import way_of, weakest

if TYPE_CHECKING:
    import pandas as pd

    from corridor.network import Network

__all__ = [
    "BY_RANGE",
    "KINDS",
    "Spread",
    "TimeSpread",
    "Uncertain",
    "check_seed",
    "cv_of",
    "parse_spread",
    "price_parts",
    "sigma_of_cv",
    "sigma_of_range",
    "spread",
    "stream",
]

# What is asked of the spread: nothing, one coefficient of variation for all, or one rule for each thing named.
Spread: TypeAlias = "float | Mapping[str, float | Mapping[str, float]] | None"

KINDS: Final = ("clearing", "haul", "transfer", "wait", "terminal", "delay")
# P10 and P90 of a standard normal lie so far apart.
P10_TO_P90: Final = 2 * 1.2815515655446004
MEAN_OVER_MEDIAN: Final = 2.0
# A wider one is a slip: at this, one passage in ten takes six hundred times the median.
WIDEST: Final = 5.0
# What the World Bank gives as usual for the delay of shipments.
USUAL_CV: Final = (0.5, 1.5)

BY_RANGE: Final = "low and high read as P10 and P90"
BY_RATES: Final = "low and high of the rates read as P10 and P90"
BY_RATIO: Final = "no range known: mean / median = 2"
GIVEN: Final = "given with spread="
NONE: Final = "no time, no spread"
WAYS_TO_SAY: Final = "a number (coefficient of variation), {'cv': 0.8}, {'sigma': 0.7}, {'mean_over_median': 2} or {'low': 4, 'high': 30}"


class Uncertain(NamedTuple):
    """One time that varies as a whole: its sigma (of the logarithm), and by which names it can be overridden."""

    key: str
    kind: str
    names: tuple[str, ...]
    sigma: float
    rule: str
    basis: str
    source: str


Part: TypeAlias = tuple[Uncertain, float]


def sigma_of_range(low: float | None, high: float | None) -> float | None:
    """Return sigma of a lognormal with these as P10 and P90; None where they tell none.

    >>> round(sigma_of_range(1, 10), 3)
    0.898
    """
    if low is None or high is None or low <= 0 or high < low:
        return None
    return math.log(high / low) / P10_TO_P90


def sigma_of_ratio(mean_over_median: float) -> float:
    """Return sigma of a lognormal whose mean is so many times its median."""
    return math.sqrt(2 * math.log(mean_over_median))


def sigma_of_cv(cv: float) -> float:
    """Return sigma of a lognormal with this coefficient of variation (standard deviation over mean)."""
    return math.sqrt(math.log1p(cv**2))


def cv_of(sigma: float) -> float:
    """Return the coefficient of variation of a lognormal with this sigma."""
    return math.sqrt(math.expm1(sigma**2))


def stream(seed: int, key: str) -> np.random.Generator:
    """Return the random numbers of one thing: they depend on the seed and its key alone, not on what else is drawn."""
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))


def check_seed(seed: int | None) -> int:
    """Return the seed, or a new one where none is given; refuse what is no whole number of 0 or more."""
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    given: Any = seed
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)) or not 0 <= given < 2**63:
        msg = f"seed={seed!r}: must be a whole number of 0 or more, or None to have one chosen and told."
        raise OptionError(msg)
    return int(given)


class TimeSpread:
    """The uncertain parts of the time of each edge of some prices.

    Parameters
    ----------
    prices
        The priced states.
    asked
        Spreads asked for by name (``*`` for all), as :func:`parse_spread` makes them.
    """

    def __init__(self, prices: Prices, asked: Mapping[str, float]) -> None:
        self.prices = prices
        self.asked = asked
        self._raw: dict[int, tuple[Part, ...]] = prices.kept.setdefault("uncertain parts", {})
        self._paces: dict[tuple[str, str], tuple[float, str, str, str]] = prices.kept.setdefault("spread of paces", {})

    def parts(self, number: int) -> tuple[Part, ...]:
        """Return what varies in the hours of an edge, with the mean hours of each; together at most those of the edge."""
        if number not in self._raw:
            self._raw[number] = self._of_model(number)
        raw = self._raw[number]
        return tuple(map(self._overridden, raw)) if self.asked else raw

    def _overridden(self, part: Part) -> Part:
        what, hours = part
        name = next((name for name in what.names if name in self.asked), None)
        if name is None:
            return part
        # A haul that is named by its link goes its own pace, not that of its country.
        own = what.kind == "haul" and name == what.names[0] and "/" not in name
        key = f"haul/{name}" if own else what.key
        return what._replace(key=key, sigma=self.asked[name], rule=GIVEN, basis="", source=""), hours

    def _of_model(self, number: int) -> tuple[Part, ...]:
        edge = self.prices.edge(number)
        made: list[Part] = []
        for component in edge.components:
            if component.hours > 0:
                sources = ";".join(component.sources)
                made += self._of_component(edge, component.name, component.hours, component.hours_basis, sources)
        known = math.fsum(hours for _, hours in made)
        # Hours of one's own may be fewer than the model's: then each part is so much shorter.
        scale = edge.hours / known if known > edge.hours else 1.0
        return tuple((what, hours * scale) for what, hours in made)

    def _of_component(self, edge: Edge, name: str, hours: float, basis: str, source: str) -> list[Part]:
        place = edge.tail[0]
        if name == "haul":
            return self._haul(edge, hours)
        if name == "transfer":
            rows = self.prices.structure.transfers
            row = rows[self.prices.structure.transfer[edge.number]] if len(rows) else None
            low, high = (row.hours_low, row.hours_high) if row is not None else (None, None)
            key = f"transfer/{place}/{edge.tail[1]}/{edge.head[1]}"
            return [(_uncertain(key, "transfer", (place,), low, high, basis, source), hours)]
        if name.startswith("clearing") and edge.link is not None:
            out, into = self.prices.costs.clearings(edge.link, edge.tail[0], edge.head[0])
            row = out if name == "clearing outbound" else into
            key = f"clearing/{row.post}/{row.facing_post}/{row.mode}/{row.direction}"
            names = (row.post, row.crossing)
            return [(_uncertain(key, "clearing", names, row.hours_low, row.hours_high, basis, source), hours)]
        if name in {"wait", "delay"}:
            way = "forward" if edge.forward else "backward"
            subjects = (edge.key, edge.crossing) if edge.crossing else (edge.key,)
            return [(_uncertain(f"{name}/{edge.key}/{way}", name, subjects, None, None, basis, source), hours)]
        if name in {"port", "loading", "unloading"}:
            start = edge.kind == "start"
            place, ride = edge.head if start else edge.tail
            row_of_place = self.prices.structure.place_rows[self.prices.structure.number_of_place[place]]
            rate = self.prices.costs.end_row(row_of_place, ride, start=start)
            low, high = (rate.low, rate.high) if rate is not None else (None, None)
            key = f"terminal/{place}/{ride}/{edge.kind}"
            return [(_uncertain(key, "terminal", (place,), low, high, basis, source), hours)]
        return []

    def _haul(self, edge: Edge, hours: float) -> list[Part]:
        """Return the haul as a part for each country run through, in the shares of its hours."""
        link = edge.link
        if link is None:
            return []
        shares = self._shares(edge, link)
        found = []
        for country, share in shares.items():
            sigma, rule, basis, source = self._pace(edge.mode, country)
            key = f"haul/{edge.mode}/{country}"
            found.append(
                (Uncertain(key, "haul", (link.id, key, "haul", "*"), sigma, rule, basis, source), hours * share)
            )
        return found

    def _shares(self, edge: Edge, link: Link) -> dict[str, float]:
        """Return the share of the hours of a haul in each country: each has an equal share of the km."""
        if len(set(link.countries)) < 2:
            return {link.countries[0] if link.countries else "*": 1.0}
        costs, way = self.prices.costs, way_of(link.inland, forward=edge.forward)
        known = [
            bool(costs.rate_rows(name, edge.mode, code, way)) for code in link.countries for name in _paces(edge.mode)
        ]
        paces = dict.fromkeys(link.countries, 0.0)
        for code in link.countries:
            paces[code] += costs.pace(edge.mode, (code,), way).value if all(known) else 1.0
        total = math.fsum(paces.values())
        return {code: pace / total for code, pace in paces.items()}

    def _pace(self, mode: str, country: str) -> tuple[float, str, str, str]:
        """Return sigma, rule, basis and sources of the pace of a mode in a country.

        Hours are km over speed (and hours on duty), so that their logarithm is as wide as that of the rates; the rates of
        a road vary apart from each other.
        """
        if (mode, country) not in self._paces:
            rows = [row for name in _paces(mode) for row in self.prices.costs.rate_rows(name, mode, country)]
            self._paces[mode, country] = _of_rates(rows)
        return self._paces[mode, country]


def _paces(mode: str) -> tuple[str, ...]:
    """Return the rates that the pace of a mode is made of."""
    return {"road": ("speed_kmh", "duty_hours_per_day"), "rail": ("daily_km",)}.get(mode, ("speed_kmh",))


def _of_rates(rows: Iterable[Rate]) -> tuple[float, str, str, str]:
    """Return sigma, rule, basis and sources of a product of rates."""
    ranged = [(row, sigma) for row in rows if (sigma := sigma_of_range(row.low, row.high)) is not None]
    if not ranged:
        return sigma_of_ratio(MEAN_OVER_MEDIAN), BY_RATIO, "estimate", ""
    sigma = math.sqrt(math.fsum(sigma**2 for _, sigma in ranged))
    sources = dict.fromkeys(source for row, _ in ranged for source in row.source.split(";"))
    return sigma, BY_RATES, weakest(*(row.basis for row, _ in ranged)), ";".join(sources)


def price_parts(prices: Prices, number: int) -> tuple[Part, ...]:
    """Return what varies in the haul money of an edge, with the mean USD of each; nothing where no range is known."""
    edge = prices.edge(number)
    link = edge.link
    money = float(prices.haul_usd[number])
    if link is None or link.usd_per_vehicle is not None or not money > 0:
        return ()
    way = way_of(link.inland, forward=edge.forward)
    names = ("usd_per_vehicle_km",) if edge.mode == "road" else ("usd_per_feu_km", "usd_per_tonne_km")
    boxed = prices.costs.cargo.form in {"container", "reefer"}
    name = names[0] if edge.mode == "road" or (boxed and edge.mode in {"rail", "sea"}) else names[-1]
    rows = [prices.costs.rate_rows(name, edge.mode, country, way) for country in link.countries]
    if not all(rows):
        return ()
    total = math.fsum(_mean(group) for group in rows)
    found = []
    for country, group in zip(link.countries, rows, strict=True):
        sigma, rule, basis, source = _of_rates(group[:1])
        if rule == BY_RATES and total > 0:
            key = f"price/{edge.mode}/{country}/{way if group[0].direction != 'both' else 'both'}"
            what = Uncertain(key, "price", (), sigma, rule, basis, source)
            found.append((what, money * _mean(group) / total))
    return tuple(found)


def _mean(rows: list[Rate]) -> float:
    return math.fsum(row.value for row in rows) / len(rows)


def _uncertain(
    key: str, kind: str, names: tuple[str, ...], low: float | None, high: float | None, basis: str, source: str
) -> Uncertain:
    """Return a time by its own range where it has one, else by the ratio of mean and median."""
    sigma = sigma_of_range(low, high)
    every = (key, *names, kind, "*")
    if sigma is None:
        return Uncertain(key, kind, every, sigma_of_ratio(MEAN_OVER_MEDIAN), BY_RATIO, "estimate", "")
    return Uncertain(key, kind, every, sigma, BY_RANGE, basis, source)


# -- what the user asks for --------------------------------------------------------------------------------------------


def parse_spread(given: Spread, several: Iterable[Prices]) -> dict[str, float]:
    """Return sigma by the name asked for (``*`` for all); refuse names that nothing bears and figures that are none.

    Raises
    ------
    OptionError
        If a name is unknown, or a figure is no finite number of 0 or more.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return {"*": _sigma(given, "spread")}
    asked: dict[str, float] = {}
    known: list[Callable[[], Iterable[str]]] = [lambda: KINDS]
    for prices in several:
        known += _name_lists(prices)
    for name, figure in given.items():
        if not any(name in names() for names in known):
            choices = {word for names in known for word in names()}
            msg = f"spread: {name!r} is no kind of time, crossing, link or place.{_nearest(str(name), choices)}"
            raise OptionError(msg)
        asked[name] = _sigma(figure, f"spread[{name!r}]")
    return asked


def _name_lists(prices: Prices) -> list[Callable[[], Iterable[str]]]:
    """Return what gives the names that a spread can be asked for by; the keys, which take longest, last."""
    structure = prices.structure
    return [
        lambda: structure.crossings,
        lambda: structure.link_ids,
        lambda: structure.places,
        lambda: _keys(prices),
    ]


def _nearest(word: str, choices: Iterable[str]) -> str:
    """Return the nearest valid name and where they stand; all of them would fill the screen."""
    close = nearest(word, choices)
    hint = f" Did you mean {close!r}?" if close else ""
    return f"{hint} Kinds: {', '.join(KINDS)}; ids stand in net.crossings, net.links and net.places, keys in co.spread(net)."


def _keys(prices: Prices) -> set[str]:
    spread_of = TimeSpread(prices, {})
    return {what.key for number in range(len(prices.structure.kind)) for what, _ in _sure(spread_of, number)}


def _sigma(given: object, option: str) -> float:
    """Return the sigma that a number or a mapping of one rule means."""
    if isinstance(given, Mapping):
        rule = tuple(sorted(map(str, given)))
        values = [_number(given[name], option) for name in given if rule == tuple(sorted(given))]
        if rule == ("high", "low"):
            sigma = sigma_of_range(_number(given["low"], option), _number(given["high"], option))
        elif rule == ("sigma",):
            sigma = values[0]
        elif rule == ("cv",):
            sigma = sigma_of_cv(values[0])
        elif rule == ("mean_over_median",):
            sigma = sigma_of_ratio(values[0]) if values[0] >= 1 else None
        else:
            sigma = None
    else:
        sigma = sigma_of_cv(_number(given, option))
    if sigma is None or sigma > WIDEST:
        msg = f"{option}={given!r}: give {WAYS_TO_SAY}; sigma may be {WIDEST:g} at most."
        raise OptionError(msg)
    return sigma


def _number(value: object, option: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value) or value < 0:
        msg = f"{option}={value!r}: must be a finite number of 0 or more; give {WAYS_TO_SAY}."
        raise OptionError(msg)
    return float(value)


# -- the table ---------------------------------------------------------------------------------------------------------


def spread(net: Network, *, shipment: Shipment | None = None, spread: Spread = None) -> pd.DataFrame:
    """Return how each uncertain time of a network is distributed: lognormal, mean kept, in hours.

    Parameters
    ----------
    net
        The network.
    shipment
        What is moved; ``ends="terminal"`` brings loading, unloading and the dwell in ports.
    spread
        Other spreads: one number for all, or a mapping from names to figures. A name is the id of a crossing, link or
        place, a kind (``clearing``, ``haul``, ``transfer``, ``wait``, ``terminal``, ``delay``) or a key of this table; the
        narrower goes first. A figure is a coefficient of variation, or a mapping with ``cv``, ``sigma``,
        ``mean_over_median``, or ``low`` and ``high`` (P10 and P90 in any one unit); 0 is none.

    Returns
    -------
    pandas.DataFrame
        One row a time that varies as a whole, indexed by key: ``kind``, ``per`` (passage, or 100 km of a haul),
        ``mean_hours``, ``sigma`` (of the logarithm), ``cv`` (standard deviation over mean), ``p10_hours``,
        ``p50_hours``, ``p90_hours``, ``rule``, ``basis`` and ``source`` of the range (blank where given), and
        ``usual_cv``: whether the coefficient of variation lies in the World Bank's 0.5 to 1.5.

    Raises
    ------
    OptionError
        If a name or figure of ``spread`` is unknown.

    Notes
    -----
    sigma = ln(high / low) / 2.563 where a low and a high are known, read as P10 and P90; else sigma =
    sqrt(2 ln 2), at which the mean is twice the median. mu = ln(mean) - sigma^2 / 2 keeps the mean, so that P10 and
    P90 equal low and high only where these agree with it. Hauls take the ranges of the speed and duty hours (road) or
    the km a day (rail) of each country: one pace for all links of a mode in a country.

    References
    ----------
    Arvis, Raballand and Marteau (2010), The Cost of Being Landlocked, World Bank, for delay as lognormal and the usual range of the
    coefficient of variation. The reading of low and high as P10 and P90 is this library's judgement.

    Examples
    --------
    >>> import corridor as co
    >>> table = co.spread(co.load(), spread={"torkham": {"cv": 1.2}})
    >>> round(float(table.loc["clearing/torkham-pk/torkham-af/road/outbound", "cv"]), 3)
    1.2
    """
    import pandas as pd

    check_network(net, "spread")
    prices = kept_prices(net, shipment, None)
    of_time = TimeSpread(prices, parse_spread(spread, [prices]))
    rows: dict[str, tuple[Uncertain, float, float]] = {}
    for number in range(len(prices.structure.kind)):
        here: dict[str, tuple[Uncertain, float, float]] = {}
        for what, hours in _sure(of_time, number):
            _, known, km = here.get(what.key, (what, 0.0, 0.0))
            here[what.key] = (what, known + hours, km + _km_at_pace(prices.edge(number), what))
        for key, (what, hours, km) in here.items():
            _, known, km_known = rows.get(key, (what, 0.0, 0.0))
            if km or key not in rows:
                rows[key] = (what, known + hours, km_known + km)
    records = []
    for key, (what, hours, km) in sorted(rows.items()):
        mean = hours / km * 100 if km else hours
        about: dict[str, Any] = {
            "key": key,
            "kind": what.kind,
            "per": "100 km" if km else "passage",
            "mean_hours": mean,
        }
        rests = {"rule": what.rule, "basis": what.basis, "source": what.source}
        records.append(about | _quantiles(mean, what.sigma) | rests)
    columns = ["key", "kind", "per", "mean_hours", *_quantiles(1.0, 0.0), "rule", "basis", "source"]
    frame = pd.DataFrame(records, columns=columns).set_index("key")
    frame["usual_cv"] = frame["cv"].between(*USUAL_CV)
    frame.attrs["unit"] = dict.fromkeys(("mean_hours", "p10_hours", "p50_hours", "p90_hours"), "h")
    return frame


def _km_at_pace(edge: Edge, what: Uncertain) -> float:
    """Return the km of an edge that are run at the pace of a mode in a country; 0 for what is no such pace."""
    if what.key.count("/") != 2 or what.kind != "haul" or edge.link is None:
        return 0.0
    countries = edge.link.countries
    return edge.km * countries.count(what.key.split("/")[2]) / len(countries) if countries else edge.km


def _sure(of_time: TimeSpread, number: int) -> tuple[Part, ...]:
    """Return the parts of an edge, none where its price is missing or its port barred: it is in no route."""
    prices = of_time.prices
    return () if prices.barred[number] or prices.unpriced[number] else of_time.parts(number)


def _quantiles(mean: float, sigma: float) -> dict[str, float]:
    median = mean * math.exp(-(sigma**2) / 2)
    apart = math.exp(sigma * P10_TO_P90 / 2)
    return {
        "sigma": sigma,
        "cv": cv_of(sigma),
        "p10_hours": median / apart,
        "p50_hours": median,
        "p90_hours": median * apart,
    }
