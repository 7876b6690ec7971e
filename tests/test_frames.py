# SPDX-License-Identifier: BSD-3-Clause
"""A network of one's own from two frames: figures added up by hand, what can be asked of it, and every fault told."""

from __future__ import annotations

import json
import math
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import corridor as co
from corridor.errors import CorridorError, DataError, NoRouteError, OffNetworkError, OptionError, UnknownPlaceError

BYS = ("score", "km", "hours", "usd", "co2e_kg", "crossings")


def places(**more):
    """Return mine, fork and port in a row; with columns replaced or added."""
    return pd.DataFrame({"id": ["mine", "fork", "port"], "lon": [67.0, 67.5, 68.0], "lat": [25.0, 25.2, 25.0], **more})


def links(**more):
    """Return mine to fork to port, 60 and 58 km, and a shorter but dearer link straight there."""
    figures = {"hours": [2.0, 1.0, 5.0], "usd": [10.0, 20.0, 90.0], "co2e_kg": [6.0, 4.0, 30.0]}
    ends = {"from": ["mine", "fork", "mine"], "to": ["fork", "port", "port"], "length_km": [60.0, 58.0, 101.0]}
    return pd.DataFrame(ends | figures | more)


def gauges(**more):
    """Return a road and a railway from the mine to the fork, and a railway of another gauge on to the port."""
    columns = {
        "id": ["road", "broad", "wide"], "from": ["mine", "mine", "fork"], "to": ["fork", "fork", "port"],
        "length_km": [60, 70, 58], "hours": [2, 4, 3], "usd": [100, 50, 40], "co2e_kg": [9, 3, 2],
        "mode": ["road", "rail", "rail"], "gauge_mm": [math.nan, 1676, 1520],
    }  # fmt: skip
    return pd.DataFrame(columns | more)


CHANGES = pd.DataFrame(
    {
        "place": ["fork", "fork"],
        "from_carriage": ["road", "rail1676"],
        "to_carriage": ["rail1520", "rail1520"],
        "hours": [6, 30],
        "usd": [70, 10],
        "co2e_kg": [1, 2],
    }
)
NO_FIGURES = ["from", "to", "length_km"]


def router(place_frame=None, link_frame=None, transfers=None, **options):
    made = (places() if place_frame is None else place_frame, links() if link_frame is None else link_frame)
    return co.Router.from_frames(*made, transfers, **options)


def faults_of(*frames, **options):
    with pytest.raises(DataError) as caught:
        router(*frames, **options)
    return caught.value


# Figures by hand


def test_each_measure_picks_its_own_way():
    net = router()
    assert net.route("mine", "port", by="km").links == ("link-3",)
    for by in ("hours", "usd", "co2e_kg", "score"):
        found = net.route("mine", "port", by=by)
        assert found.links == ("link-1", "link-2")
        assert (found.km, found.hours, found.usd, found.co2e_kg, found.score) == (118, 3, 30, 10, 30)


def test_links_run_both_ways_unless_they_are_one_way():
    assert router().route("port", "mine", by="km").km == 101
    one_way = router(None, links(oneway=[False, False, True]))
    assert one_way.route("mine", "port", by="km").km == 101
    assert one_way.route("port", "mine", by="km").km == 118
    with pytest.raises(NoRouteError, match="No route from 'port' to 'mine'"):
        router(None, links(oneway=True)).route("port", "mine", by="km")


def test_parallel_links_keep_their_ids_and_their_figures():
    twice = pd.DataFrame(
        {"id": ["low", "high"], "from": ["mine"] * 2, "to": ["fork"] * 2, "length_km": [9, 7], "hours": [1, 2]}
    )
    net = router(None, twice)
    assert net.route("mine", "fork", by="km").links == ("high",)
    fast = net.route("fork", "mine", by="hours")
    assert (fast.links, fast.km, fast.hours) == (("low",), 9, 1)
    assert fast.edges == ((("fork", "road"), ("mine", "road"), "low"),)


def test_a_change_of_gauge_costs_its_transfer_and_there_is_none_without_one():
    net = router(None, gauges(), CHANGES)
    quick = net.route("mine", "port", by="hours")
    assert quick.links == ("road", "wide")
    assert (quick.km, quick.hours, quick.usd, quick.co2e_kg, quick.transfers) == (118, 2 + 6 + 3, 100 + 70 + 40, 12, 1)
    cheap = net.route("mine", "port", by="usd")
    assert cheap.links == ("broad", "wide")
    assert (cheap.km, cheap.hours, cheap.usd, cheap.co2e_kg, cheap.transfers) == (128, 37, 100, 7, 1)
    assert net.route("mine", "port", by="usd", modes=["rail"]) == cheap
    with pytest.raises(NoRouteError, match="a gauge is changed only where there is a terminal for it"):
        router(None, gauges()).route("mine", "port")
    with pytest.raises(NoRouteError, match="has no road in operation; there: rail1520"):
        net.route("mine", "port", modes=["road"])
    with pytest.raises(NoRouteError, match="No route from 'port' to 'mine'"):
        net.route("port", "mine")


def test_transfers_without_the_figures_that_the_links_bring_are_a_fault():
    """An unknown time is not zero: what every link brings, every transfer brings too."""
    for column in ("hours", "usd", "co2e_kg"):
        with pytest.raises(DataError, match=f"transfers: header, {column}: "):
            router(None, gauges(), CHANGES.drop(columns=column))
    only_km = gauges()[["id", *NO_FIGURES, "mode", "gauge_mm"]]
    bare = CHANGES[["place", "from_carriage", "to_carriage"]]
    assert router(None, only_km, bare).route("mine", "port", by="km").transfers == 1


def test_countries_make_crossings_and_a_crossing_may_bear_a_name():
    abroad = places(country=["PK", "PK", "AF"])
    found = router(abroad).route("mine", "port")
    assert (found.crossings, found.countries) == (("link-2",), ("PK", "AF"))
    named = router(abroad, links(crossing=["", "torkham", ""]))
    assert named.route("mine", "port").crossings == ("torkham",)
    assert named.route("mine", "port", avoid=["torkham"]).crossings == ("link-3",)
    assert named.route("mine", "fork", within=["PK"]).countries == ("PK",)
    with pytest.raises(OptionError, match="within=PK leaves out AF, where the destination 'port' is: add it"):
        named.route("mine", "port", within=["PK"])
    with pytest.raises(OptionError, match="avoid='AF' holds the destination 'port'"):
        named.route("mine", "port", avoid=["Afghanistan"])


def test_a_crossing_within_a_country_is_one_where_it_is_named():
    found = router(None, links(crossing=[None, "toll", None])).route("mine", "port")
    assert found.crossings == ("toll",)
    assert router(None, links(crossing=[None, "toll", None])).route("mine", "port", by="crossings").links == ("link-3",)


def test_places_go_by_name_point_id_number_and_index():
    named = router(places(name=["Reko Diq", "Quetta", "Gwadar"]))
    assert named.route("reko diq", "GWADAR").origin == "mine"
    assert "Reko Diq → Gwadar" in repr(named.route("mine", "port"))
    assert router().route((67.01, 25.01), [68, 25]).links == ("link-1", "link-2")
    assert router(places().set_index("id")).route("mine", "port").usd == 30
    numbers = router(places(id=[1, 2, 3]), links(**{"from": [1, 2, 1], "to": [2, 3, 3]}))
    assert numbers.route("1", "3").places == ("1", "2", "3")


def test_geoframes_are_taken_as_they_are():
    points = gpd.GeoDataFrame(places(), geometry=gpd.points_from_xy([67, 67.5, 68], [25, 25.2, 25]), crs=4326)
    lines = [shapely.LineString([(67, 25), (67.5, 25.2)])] * 3
    found = router(points, gpd.GeoDataFrame(links(), geometry=lines, crs=4326)).route("mine", "port")
    assert found.usd == 30
    assert found.legs.crs.to_epsg() == 4326


def test_the_frames_are_not_changed():
    given = (places(), gauges(), CHANGES.copy())
    co.Router.from_frames(*given).route("mine", "port")
    for frame, before in zip(given, (places(), gauges(), CHANGES), strict=True):
        pd.testing.assert_frame_equal(frame, before)


def test_rows_in_any_order_give_the_same_answers():
    there = places().sample(frac=1, random_state=1)
    back = gauges().sample(frac=1, random_state=2)
    for by in BYS:
        assert router(there, back, CHANGES).route("mine", "port", by=by) == router(None, gauges(), CHANGES).route(
            "mine", "port", by=by
        )


# The score


def test_the_score_is_made_of_usd_and_the_weights_given():
    weights = co.Weights(value_of_time_usd_per_hour=7, usd_per_km=0.5, usd_per_crossing=100, mode_factor={"road": 2})
    found = router(places(country=["PK", "PK", "AF"]), weights=weights).route("mine", "port")
    assert found.links == ("link-1", "link-2")
    assert found.score == 2 * 30 + 3 * 7 + 118 * 0.5 + 100
    assert found.explain()["score"].sum() == found.score
    assert router().repriced(weights=weights).route("mine", "port").score == 2 * 30 + 3 * 7 + 118 * 0.5


def test_a_transfer_is_penalised_and_its_money_has_no_factor():
    weights = co.Weights(usd_per_transfer=1000, mode_factor={"rail": 0.5})
    found = router(None, gauges(), CHANGES, weights=weights).route("mine", "port")
    assert (found.links, found.score) == (("broad", "wide"), (50 + 40) / 2 + 10 + 1000)


def test_own_figures_of_a_scenario_and_no_other_shipment():
    net = router()
    slow = net.repriced(hours=net.edges["hours"] * 2, usd=net.edges["usd"] + 1)
    assert (slow.route("mine", "port").hours, slow.route("mine", "port").score) == (6, 32)
    assert net.route("mine", "port").hours == 3
    with pytest.raises(OptionError, match="the links bring their own figures, which depend on no shipment"):
        net.repriced(shipment=co.Shipment(tonnes=48))


# What can be asked


@pytest.mark.parametrize(
    ("columns", "given"),
    [
        ([], "km, crossings, transfers"),
        (["hours"], "km, hours, crossings, transfers"),
        (["usd"], "km, usd, crossings, transfers, score"),
        (["co2e_kg"], "km, co2e_kg, crossings, transfers"),
        (["hours", "usd", "co2e_kg"], "km, hours, usd, co2e_kg, crossings, transfers, score"),
    ],
)
def test_measures_that_links_do_not_bring_cannot_be_asked_for(columns, given):
    net = router(None, links()[NO_FIGURES + columns])
    for by in BYS:
        if by in given.split(", "):
            assert net.route("mine", "port", by=by).by == by
        else:
            with pytest.raises(OptionError, match=f"by='{by}': the links bring no [a-z0-9_]+; they bring {given}\\."):
                net.route("mine", "port", by=by)


@pytest.mark.parametrize(
    ("ask", "option"),
    [
        (lambda net: net.route("mine", "port", by="km", max_hours=3), "max_hours"),
        (lambda net: net.matrix("mine", "port", by="km", also=["usd"]), "also"),
        (lambda net: net.pareto("mine", "port", criteria=("km", "co2e_kg")), "criteri"),
        (lambda net: net.reach("mine", hours=3), "^hours"),
    ],
)
def test_the_option_that_asks_for_what_links_do_not_bring_is_named(ask, option):
    net = router(None, links()[NO_FIGURES])
    with pytest.raises(OptionError, match=r"links bring no [a-z0-9_]+; they bring km, crossings, transfers"):
        ask(net)
    with pytest.raises(OptionError, match=option):
        ask(net)


def test_figures_that_are_not_there_are_nan_never_zero():
    found = router(None, links()[NO_FIGURES]).route("mine", "port", by="km")
    assert found.km == 101
    for name in ("hours", "usd", "co2e_kg", "score"):
        assert math.isnan(getattr(found, name)), name
    assert found.steps["hours"].isna().all()
    assert found.legs["usd"].isna().all()
    assert found.to_frame()["days"].isna().all()


def test_json_of_a_route_without_some_figures_is_strict_json():
    found = router(None, links()[NO_FIGURES]).route("mine", "port", by="km")
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["hours"] is None
    assert json.dumps(found.to_geojson(), allow_nan=False)


def test_every_question_is_answered():
    net = router(None, gauges(), CHANGES)
    assert [r.links for r in net.alternatives("mine", "port", k=9)] == [("broad", "wide"), ("road", "wide")]
    front = net.pareto("mine", "port", criteria=("hours", "usd"))
    assert [(r.hours, r.usd) for r in front] == [(11, 210), (37, 100)]
    assert net.matrix(["mine", "port"], ["fork", "port"], by="usd").to_numpy().tolist()[0] == [50, 100]
    reached = net.reach("mine", hours=9.5)
    assert dict(zip(reached["id"], reached["share"], strict=True))["wide"] == pytest.approx(0.5)
    assert net.draws("mine", "port", np.stack([net.edges["usd"], net.edges["hours"]])).totals.tolist() == [100, 11]
    ports = router(places(kind=["city", "city", "seaport"]))
    assert ports.nearest_port("fork", by="km").origin == "port"
    assert ports.nearest_port("fork", by="km", to_sea=True).destination == "port"
    with pytest.raises(OptionError, match=r"No seaport to look from for 'fork': name some with ports="):
        router().nearest_port("fork", by="km")


@pytest.mark.parametrize("landmarks", [0, 2])
def test_landmarks_and_engines_give_the_same(landmarks):
    for by in BYS:
        found = router(None, gauges(), CHANGES, engine="plain", landmarks=landmarks).route("mine", "port", by=by)
        assert found == router(None, gauges(), CHANGES).route("mine", "port", by=by)


# The route in its forms


@pytest.fixture
def found():
    there = places(name=["Mine <b>", "Fork", "Port & quay"], country=["PK", "PK", "AF"])
    return router(there, gauges(crossing=["", "", "gate"]), CHANGES).route("mine", "port", by="hours")


def test_the_steps_and_legs_of_a_route(found):
    assert found.steps["kind"].tolist() == ["start", "haul", "transfer", "cross", "end"]
    assert found.steps["carriage"].tolist() == ["road", "road", "rail1520", "rail1520", "rail1520"]
    assert found.legs["links"].tolist() == [["road"], ["wide"]]
    assert found.legs["hours"].tolist() == [2, 3]
    assert found.legs.geometry.iloc[0].coords[:] == [(67, 25), (67.5, 25.2)]
    assert (found.crossings, found.countries, found.places) == (("gate",), ("PK", "AF"), ("mine", "fork", "port"))


def test_the_texts_of_a_route_tell_names_and_escape_them(found):
    assert str(found).startswith("Mine <b> → Port & quay (best by hours): 118 km, 11 h (0.5 days), 210 USD, 12 kg CO2e")
    assert "rests on   hours: estimate 100%;  usd: estimate 100%" in str(found)
    assert "Mine &lt;b&gt; → Port &amp; quay" in found._repr_html_()
    assert "<b>" not in found._repr_html_().replace("<p><b>", "")
    assert found.sources["title"].tolist() == ["The user's own data"]


def test_a_route_as_data(found):
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (plain["km"], plain["crossings"], plain["countries"]) == (118, ["gate"], ["PK", "AF"])
    features = found.to_geojson()["features"]
    assert [feature["properties"]["carriage"] for feature in features] == ["road", "rail1520"]
    assert found.explain().groupby("part")["usd"].sum().to_dict() == {"haul": 140, "transfer": 70}


def test_a_route_can_be_pickled(found):
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_the_repr_counts_what_was_read():
    assert repr(router()).startswith("<Router: 3 places, 3 states, 6 edges; ")
    assert repr(router(None, gauges(), CHANGES)).startswith("<Router: 3 places, 12 states, 20 edges; ")


# Faults


@pytest.mark.parametrize(
    ("place_frame", "link_frame", "told"),
    [
        (places().drop(columns="lon"), None, "places: header, lon: the column is missing. Columns: id, lon, lat, name"),
        (None, links().drop(columns="length_km"), "links: header, length_km: the column is missing. Columns: from, to,"),
        (places(nmae="x"), None, "places: header, nmae: unknown column. Did you mean 'name'?"),
        (None, links(lenght_km=1), "links: header, lenght_km: unknown column. Did you mean 'length_km'?"),
        (None, links(hour=1), "links: header, hour: unknown column. Did you mean 'hours'?"),
        (places(id=["mine", "mine", "port"]), None, "places: mine, id = 'mine': the id stands twice. Give each place"),
        (None, links(id=["x", "y", "x"]), "links: x, id = 'x': the id stands twice. Give each link an id of its own."),
        (None, links(to=["fork", "prt", "port"]), "links: row 2, to = 'prt': no such place. Add the place or correct"),
        (None, links(id=["x", "y", "z"], to=["fork", "prt", "port"]), "links: y, to = 'prt': no such place"),
        (None, links(to=["mine", "port", "port"]), "links: row 1, to = 'mine': the link ends where it begins. Name two"),
        (None, links(hours=[1, math.nan, 1]), "links: row 2, hours = 'nan': not a finite number >= 0. Give a figure"),
        (None, links(usd=[1, -2, 1]), "links: row 2, usd = '-2': not a finite number >= 0. Give a figure; an unknown"),
        (None, links(co2e_kg=[1, 1, math.inf]), "links: row 3, co2e_kg = 'inf': not a finite number >= 0."),
        (None, links(length_km=["60", "58", "far"]), "links: row 3, length_km = 'far': not a finite number >= 0."),
        (None, links(hours=[1, None, 1]), "links: row 2, hours = 'nan': not a finite number"),
        (places(lon=[67, 190, 68]), None, "places: fork, lon = '190': not a finite number from -180 to 180."),
        (places(lat=[25, -91, 25]), None, "places: fork, lat = '-91': not a finite number from -90 to 90."),
        (places(lat=[25, math.nan, 25]), None, "places: fork, lat = 'nan': not a finite number from -90 to 90."),
        (None, links(mode="rail"), "links: row 1, mode = 'rail': no such mode, or rail without its gauge. Modes: road,"),
        (None, links(mode="rail", gauge_mm=1000), "rail with gauge_mm 1435, 1520 or 1676."),
        (None, links(mode="rail", gauge_mm="broad"), "no such mode, or rail without its gauge"),
        (None, links(mode="rail", gauge_mm=math.inf), "no such mode, or rail without its gauge"),
        (None, links(mode=["road", "rial", "road"]), "links: row 2, mode = 'rial': no such mode"),
        (places().iloc[:0], None, "the table is empty. Give at least one row."),
        (None, links().iloc[:0], "the table is empty. Give at least one row."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_row_and_remedy(place_frame, link_frame, told):
    assert told in str(faults_of(place_frame, link_frame))


@pytest.mark.parametrize("oneway", ["no", ["yes", "no", "no"], [True, math.nan, False], ["false"] * 3])
def test_a_oneway_that_is_no_truth_value_is_a_fault(oneway):
    """The text 'no' is not empty, so Python takes it for true."""
    assert "links: row " in str(faults_of(None, links(oneway=oneway)))
    assert "oneway" in str(faults_of(None, links(oneway=oneway)))


def test_ids_that_stand_twice_ends_that_are_none_and_cells_are_told_in_one_report():
    given = links(to=["fork", "prt", "port"], hours=[1, "soon", 1])
    with pytest.raises(DataError) as caught:
        co.Router.from_frames(pd.concat([places(), places().iloc[:1]]), given)
    assert [(fault.column, fault.value) for fault in caught.value.faults] == [
        ("id", str(places()["id"].iloc[0])),
        ("to", "prt"),
        ("hours", "soon"),
    ]


def test_a_misspelt_heading_is_offered_for_the_column_that_is_missing():
    with pytest.raises(DataError) as caught:
        co.Router.from_frames(places().rename(columns={"lat": "lattitude"}), links())
    assert [str(fault).split(" Columns:")[0] for fault in caught.value.faults] == [
        "places: header, lat: the column is missing. Did you mean the column 'lattitude'?",
        "places: header, lattitude: unknown column. Did you mean 'lat'?",
    ]


@pytest.mark.parametrize(
    ("place_frame", "link_frame", "told"),
    [
        (places(id=["mine", None, "port"]), links(to=["port"] * 3, **{"from": "mine"}), "places: "),
        (None, links(id=["x", None, "y"]), "links: "),
        (places(id=[1, "1", "port"]), links(**{"from": [1, "1", 1], "to": ["1", "port", "port"]}), "id stands twice"),
        (None, links(id=[1, "1", 2]), "id stands twice"),
    ],
)
def test_ids_that_are_missing_or_become_one_are_a_fault(place_frame, link_frame, told):
    assert told in str(faults_of(place_frame, link_frame))


def test_a_country_that_is_missing_is_a_fault():
    assert "places: fork, country" in str(faults_of(places(country=["PK", None, "AF"])))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"place": ["frok", "fork"]}, "transfers: row 1, place = 'frok': no such place. Add it or correct it."),
        (
            {"to_carriage": "rail"},
            "transfers: row 1, to_carriage = 'rail': no such carriage. Carriages: road, rail1520",
        ),
        ({"from_carriage": ["road", "rial"]}, "transfers: row 2, from_carriage = 'rial': no such carriage."),
        ({"hours": [1, -1]}, "transfers: row 2, hours = '-1': not a finite number >= 0."),
        ({"usd": [math.nan, 1]}, "transfers: row 1, usd = 'nan': not a finite number >= 0."),
        ({"days": 1}, "transfers: header, days: unknown column. "),
    ],
)
def test_a_fault_of_a_transfer_is_told(change, told):
    assert told in str(faults_of(None, gauges(), CHANGES.assign(**change)))


def test_all_faults_are_told_at_once():
    error = faults_of(
        places(lon=[999, 67, 68]), gauges(hours=[1, -1, 1], to=["fork", "x", "port"]), CHANGES.assign(place="y")
    )
    assert [(fault.file, fault.column) for fault in error.faults] == [
        ("places", "lon"), ("links", "to"), ("links", "hours"), ("transfers", "place"), ("transfers", "place"),
    ]  # fmt: skip
    assert str(error).startswith("5 faults in the data:")
    headers = faults_of(places(nmae=1).drop(columns="lat"), links(hour=1), CHANGES.drop(columns="place"))
    assert len(headers.faults) == 4


def test_five_rows_are_named_and_the_others_counted():
    many = pd.concat([links()] * 4, ignore_index=True).assign(hours=-1.0)
    error = faults_of(None, many)
    assert [fault.row for fault in error.faults] == [*(f"row {n}" for n in range(1, 6)), "and 7 more rows"]
    assert "links: and 7 more rows, hours: not a finite number >= 0." in str(error)


@pytest.mark.parametrize("table", ["places", "links", "transfers"])
@pytest.mark.parametrize("wrong", [[1, 2], {"id": ["a"]}, 5, "places.csv"])
def test_what_is_no_frame_is_refused(table, wrong):
    frames = {"places": places(), "links": links(), "transfers": CHANGES} | {table: wrong}
    told = f"{table} must be a pandas DataFrame or a GeoDataFrame, not {type(wrong).__name__}"
    with pytest.raises(OptionError, match=told):
        co.Router.from_frames(frames["places"], frames["links"], frames["transfers"])


def test_a_column_that_stands_twice_is_refused():
    with pytest.raises(CorridorError, match="lon"):
        router(pd.concat([places(), places()[["lon"]]], axis=1))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"weights": {"rail": 1}}, r"weights=\{'rail': 1\}: must be a corridor\.Weights"),
        ({"engine": "plane"}, "Unknown engine='plane'. Did you mean 'plain'"),
        ({"landmarks": -1}, "landmarks=-1: must be a whole number from 0 to 64"),
    ],
)
def test_other_options_are_checked(options, told):
    with pytest.raises(OptionError, match=told):
        router(**options)


# Questions that cannot be answered


def test_unknown_places_are_told_with_the_nearest():
    with pytest.raises(
        UnknownPlaceError, match=r"Unknown place 'prt': no id or name of the 3 places\. Did you mean 'p"
    ):
        router().route("mine", "prt")
    with pytest.raises(UnknownPlaceError, match=r"Unknown place 'Torkham': no id or name of the 3 places\.$"):
        router().route("Torkham", "port")


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ((60, 20), r"The nearest place to \(60, 20\) is 'mine', 909 km away; the limit is 50 km. Not snapped"),
        ((200, 1), r"\(200, 1\) is not on Earth: lon must lie in -180..180, lat in -90..90; order \(lon, lat\)"),
        ((math.nan, 1), "is not on Earth"),
        ((1, 2, 3), r"\(1, 2, 3\) is neither an id nor a point: give an id, a name or \(lon, lat\) in degrees"),
        (None, "None is neither an id nor a point"),
    ],
)
def test_points_that_name_no_place_are_told(point, told):
    with pytest.raises(OffNetworkError, match=told):
        router().route(point, "port")


def test_a_limit_on_snapping_that_is_no_number_never_snaps():
    for snap_km in (math.nan, -1, "3", None):
        with pytest.raises(CorridorError, match="snap_km"):
            router().route((60, 20), "port", snap_km=snap_km)


@pytest.mark.parametrize("avoided", ["L1", "Gate", "fork"])
def test_what_is_avoided_goes_by_its_id_in_any_case(avoided):
    net = router(places(country=["PK", "PK", "AF"]), links(id=["L1", "L2", "L3"], crossing=["", "Gate", ""]))
    assert net.route("mine", "port", avoid=[avoided]).links == ("L3",)


def test_what_is_avoided_must_be_known():
    told = "avoid='link-9' is no place, link, crossing or country of the network"
    with pytest.raises(OptionError, match=told):
        router().route("mine", "port", avoid=["link-9"])
    assert router().route("mine", "port", avoid=["link-1"]).links == ("link-3",)


def test_countries_that_were_not_given_cannot_be_asked_for():
    for options in ({"avoid": ["PK"]}, {"within": ["PK"]}):
        with pytest.raises(OptionError, match="'PK'"):
            router().route("mine", "port", **options)
