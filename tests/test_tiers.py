# SPDX-License-Identifier: BSD-3-Clause
"""Plain Python or compiled: which of the two runs a search, and that the answers are the same to the last bit."""

from __future__ import annotations

import random
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

import corridor as co
import small
from corridor import tiers
from corridor.errors import CorridorError, MissingExtraError, OptionError
from corridor.tiers import ENGINES, PLAIN, WORTH_LOADING, check_engine, tier_for
from corridor.vocabulary import BYS

NUMBA = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")


@pytest.fixture(scope="module")
def bundled():
    return co.load()


@pytest.fixture
def without_numba(monkeypatch):
    monkeypatch.setattr(tiers, "find_spec", lambda _: None)


def pairs_of(net, count):
    names = sorted(row.id for row in net.tables.places)
    chosen = random.Random(7)  # noqa: S311
    return [tuple(chosen.sample(names, 2)) for _ in range(count)]


def outcome(ask, *where, **options):
    """Return an answer, or the error with its text."""
    try:
        return ask(*where, **options)
    except CorridorError as error:
        return type(error), str(error)


# Which engine


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("plane", "Unknown engine='plane'. Did you mean 'plain'? Choices: auto, compiled, plain."),
        ("compild", "Unknown engine='compild'. Did you mean 'compiled'? Choices: auto, compiled, plain."),
        ("numba", "Unknown engine='numba'. Choices: auto, compiled, plain."),
        (None, "Unknown engine=None. Choices: auto, compiled, plain."),
        (True, "Unknown engine=True. Choices: auto, compiled, plain."),
        (["plain"], r"Unknown engine=\['plain'\]. "),
    ],
)
def test_an_unknown_engine_is_told_with_the_nearest(engine, told):
    with pytest.raises(OptionError, match=told.replace("?", r"\?")):
        co.Router(small.two_countries(), engine=engine)


def test_every_engine_is_taken():
    for engine in ENGINES if find_spec("numba") else ENGINES[:2]:
        router = co.Router(small.two_countries(), engine=engine)
        assert f"engine {engine}" in repr(router)
        assert router.route("port", "city").km == 258


@pytest.mark.usefixtures("without_numba")
def test_compiled_without_numba_names_the_extra_and_the_other_engine():
    told = r'engine="compiled" needs numba: pip install "corridor\[fast\]"\. engine="plain" gives the same answers\.'
    with pytest.raises(MissingExtraError, match=told):
        co.Router(small.two_countries(), engine="compiled")
    with pytest.raises(ImportError):
        check_engine("compiled")


@pytest.mark.usefixtures("without_numba")
def test_auto_without_numba_stays_plain_however_large_the_work():
    if not tiers._compiled.cache_info().currsize:
        assert tier_for("auto", "tree", 1e12) is PLAIN
    assert co.Router(small.two_countries()).route("port", "city").km == 258
    assert check_engine("auto") == "auto"
    assert check_engine("plain") == "plain"


@NUMBA
def test_auto_takes_the_compiled_kernels_for_large_work_only():
    assert tier_for("auto", "tree", WORTH_LOADING).name == "compiled"
    assert tier_for("auto", "tree", 10) is PLAIN
    assert tier_for("plain", "tree", 1e12) is PLAIN
    assert tier_for("compiled", "tree", 1).compiled


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout.split()


def test_small_work_does_not_load_numba():
    code = (
        "import sys, corridor as co; net = co.load()\n"
        "co.route(net, 'Karachi', 'Minsk'); co.alternatives(net, 'Karachi', 'Minsk')\n"
        "co.alternatives(net, 'Karachi', 'Moscow', distinct='crossings'); co.reach(net, 'Karachi', hours=99)\n"
        "co.route(net, 'Karachi', 'Kabul', via='Quetta', max_transfers=1); co.matrix(net, net.ports, ['Minsk'])\n"
        "print('numba' in sys.modules)"
    )
    assert run(code) == ["False"]


@NUMBA
def test_work_beyond_the_bound_loads_numba_and_answers_alike():
    code = (
        "import sys, corridor as co; from corridor import tiers; net = co.load()\n"
        "plain = co.route(net, 'Karachi', 'Minsk'); tiers.WORTH_LOADING = 0\n"
        "print(co.route(net, 'Karachi', 'Minsk') == plain, 'numba' in sys.modules)"
    )
    assert run(code) == ["True", "True"]


# The same answers


@NUMBA
@pytest.mark.parametrize("by", BYS)
def test_thirty_pairs_of_the_corridor_are_answered_alike(bundled, by):
    plain, compiled = (co.Router(bundled, engine=engine) for engine in ("plain", "compiled"))
    guided = co.Router(bundled, engine="compiled", landmarks=6)
    found = 0
    for pair in pairs_of(bundled, 30):
        expected = outcome(plain.route, *pair, by=by)
        assert outcome(compiled.route, *pair, by=by) == expected, pair
        assert outcome(guided.route, *pair, by=by) == expected, pair
        found += isinstance(expected, co.Route)
    assert found > 10


@NUMBA
def test_every_question_is_answered_alike(bundled):
    plain, compiled = (co.Router(bundled, engine=engine) for engine in ("plain", "compiled"))
    costs = np.random.default_rng(3).random((7, len(plain.edges)))

    def answers(router):
        drawn = router.draws("Karachi", "Almaty", costs)
        return [
            router.alternatives("Karachi", "Minsk", k=8).to_dict(),
            router.alternatives("Karachi", "Kabul", k=3, max_overlap=0.5, by="km").to_dict(),
            router.alternatives("Karachi", "Kabul", distinct="crossings").to_dict(),
            router.pareto("Karachi", "Minsk", criteria=("hours", "usd", "crossings"), tolerance=0.02).to_dict(),
            router.route("Karachi", "Tashkent", via=["Quetta", "Kabul"], max_transfers=2).to_dict(),
            router.route("Karachi", "Minsk", by="usd", max_hours=900).to_dict(),
            router.matrix(bundled.ports, ["Minsk", "Almaty"], by="usd", also=("hours",)).to_csv(),
            router.reach("Karachi", usd=900).to_csv(),
            router.nearest_port("Tashkent", by="hours", to_sea=True).to_dict(),
            (drawn.totals.tolist(), drawn.which.tolist(), drawn.routes.to_dict()),
        ]

    for one, other in zip(answers(plain), answers(compiled), strict=True):
        assert one == other


def test_landmarks_lead_to_the_same_route(bundled):
    without, guided = co.Router(bundled, engine="plain"), co.Router(bundled, engine="plain", landmarks=4)
    for number, pair in enumerate(pairs_of(bundled, 18)):
        by = BYS[number % len(BYS)]
        for options in ({}, {"modes": ["road"]}, {"avoid": ["torkham"]}):
            assert outcome(guided.route, *pair, by=by, **options) == outcome(without.route, *pair, by=by, **options)


@pytest.mark.parametrize("landmarks", [1, 3, 64])
def test_more_landmarks_than_places_do_no_harm(landmarks):
    router = co.Router(small.two_countries(), landmarks=landmarks)
    assert router.route("port", "city") == co.route(small.two_countries(), "port", "city")
    assert router.route("city", "port", by="km").km == 258


@pytest.mark.parametrize("landmarks", [-1, 65, 2.5, True, "8", None, float("nan")])
def test_what_is_no_number_of_landmarks_is_refused(landmarks):
    with pytest.raises(OptionError, match=f"landmarks={landmarks!r}: must be a whole number from 0 to 64; 8 to 16"):
        co.Router(small.two_countries(), landmarks=landmarks)
