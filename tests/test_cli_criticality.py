# SPDX-License-Identifier: BSD-3-Clause
"""The command criticality: text, JSON and CSV with the library's figures, and mistakes in one line."""

from __future__ import annotations

import csv
import io
import json
import warnings

import pytest

import corridor as co

PAIRS = [("karachi", "kabul"), ("karachi", "tashkent")]
ASKED = ["criticality", "--pair", "Karachi", "Kabul", "900", "--pair", "Karachi", "Tashkent"]


def good(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, "")
    return result[1]


def test_json_has_the_library_s_figures(run):
    data = json.loads(good(run(*ASKED, "--json")))
    found = co.criticality(co.load(), PAIRS, [900, 1], also=("hours", "usd"))
    assert data["losses"] == found.to_dict(only_changed=True)["losses"]
    assert (data["of"], data["by"], data["losses_tried"]) == ("crossings", "score", len(found))
    assert data["losses"][0]["lost"] == ["hairatan"]
    assert data["losses"][0]["cut_off"] == [["karachi", "tashkent"]]


def test_csv_has_the_rows_of_the_frame(run):
    rows = list(csv.DictReader(io.StringIO(good(run(*ASKED, "--of", "links", "--by", "hours", "--csv")))))
    frame = co.criticality(co.load(), PAIRS, [900, 1], "links", by="hours", also=("usd",)).to_frame(only_changed=True)
    assert [row["lost"] for row in rows] == frame["lost"].tolist()
    assert [float(row["extra_hours"]) for row in rows] == pytest.approx(frame["extra_hours"].tolist())
    assert [int(row["cut_off_pairs"]) for row in rows] == frame["cut_off_pairs"].tolist()


def test_text_tells_cut_off_pairs_apart_and_first(run):
    text = good(run(*ASKED, "--together", "2"))
    cut, longer = text.split("The way round costs more, times shipments:")
    assert text.startswith("Losses of crossings: ")
    assert "No way is left:" in cut
    assert "hairatan" in cut
    assert "karachi → tashkent" in cut
    assert "karachi" not in longer
    rows = [line.split("  ")[0] for line in longer.splitlines()[2:] if line]
    found = co.criticality(co.load(), PAIRS, [900, 1], together=2)
    expected = [loss.name for loss in found if loss.adds and not loss.cut_off][: len(rows) - 1]
    assert [row for row in rows if row in expected] == expected
    assert "single ones add up to" in longer
    assert "counted    one shipment is 20 t (general), gate to gate; best by score" in text


def test_top_says_what_is_left_out(run):
    text = good(run(*ASKED, "--of", "links", "--top", "1"))
    assert text.count("karachi → ") == 1
    assert "more       --top " in text
    data = json.loads(good(run(*ASKED, "--of", "links", "--top", "2", "--json")))
    assert len(data["losses"]) == 2


def test_named_losses_are_shown_even_where_they_change_nothing(run):
    text = good(run(*ASKED, "--lose", "torkham + chaman", "--lose", "zhibek-zholy"))
    assert "torkham + chaman" in text
    assert "no change  the loss of zhibek-zholy" in text
    assert "Losses of crossings: 1 of 2 change something" in text
    text = good(run(*ASKED, "--lose", "zhibek-zholy"))
    assert "No loss changes any way." in text


def test_every_port_to_places(run):
    data = json.loads(good(run("criticality", "--ports-to", "Kabul,Karachi", "--of", "places", "--json")))
    karachi = next(loss for loss in data["losses"] if loss["lost"] == ["karachi"])
    net = co.load()
    pairs = [(port, goal) for port in net.ports for goal in ("kabul", "karachi") if port != goal]
    assert {tuple(pair) for pair in karachi["ends_lost"]} == {pair for pair in pairs if "karachi" in pair}
    text = good(run("criticality", "--ports-to", "Kabul", "--of", "places", "--flow-unit", "tonnes"))
    assert "ends       the loss of " in text
    assert "times tonnes" in text


def test_a_pair_without_a_way_is_told(run):
    words = ("criticality", "--mode", "rail", "--pair", "Tashkent", "Almaty", "--pair", "Karachi", "Tashkent")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        code, out, err = run(*words)
    assert code == 0
    assert (
        err == "corridor: criticality: no way today from karachi → tashkent: left out of all figures, see .unreached.\n"
    )
    assert "left out   no way today: karachi → tashkent" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "criticality: name what is moved, --pair ORIGIN DESTINATION [FLOW] or --ports-to PLACES"),
        (["--pair", "Karachi"], "--pair Karachi: give an origin, a destination and, where it is not 1, the flow."),
        (["--pair", "Karachi", "Kabul", "many"], "--pair Karachi Kabul many: the flow 'many' is not a number."),
        (["--pair", "Karachi", "Kabull"], "Unknown place 'Kabull'. Did you mean 'kabul'"),
        (["--pair", "Karachi", "Kabul", "--of", "roads"], "Unknown of='roads'."),
        (["--pair", "Karachi", "Kabul", "--together", "3"], "together=3: must be 1"),
        (["--pair", "Karachi", "Kabul", "--lose", "torkam"], "losses: 'torkam' is none of the crossings of the network. Did you mean 'torkham'?"),
        (["--pair", "Karachi", "Kabul", "--top", "0"], "--top 0: must be a whole number of 1 or more."),
        (["--pair", "Karachi", "Kabul", "--top", "1.5"], "--top 1.5: must be a whole number of 1 or more."),
        (["--pair", "Karachi", "Kabul", "--json", "--csv"], "--json and --csv both want the output"),
        (["--ports-to", ";"], "--ports-to ';': name at least one place."),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(run, words, message):
    code, out, err = run("criticality", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
