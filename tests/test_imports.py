# SPDX-License-Identifier: BSD-3-Clause
"""What an import brings in, what is public, and which file may import which."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import corridor as co
import small

PACKAGE = Path(co.__file__).parent
HEAVY = (
    "bokeh",
    "geopandas",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "pyproj",
    "shapely",
    "tqdm",
)

# Each file and those it may import from while it runs, in the order of the flow: data files, validated tables, network,
# costs, routes, pictures and the command line. What is imported for its types alone may come from anywhere below it.
ALLOWED = {
    "errors": set(),
    "vocabulary": set(),
    "tabular": set(),
    "schema": {"vocabulary"},
    "lookup": {"errors"},
    "tables": {"errors", "schema"},
    "scenario": {"errors", "schema", "tables", "vocabulary"},
    "structure": {"schema", "tables", "vocabulary"},
    "dated": {"errors", "schema", "structure", "vocabulary"},
    "writing": {"errors", "schema", "tables"},
    "filling": {"errors", "lookup", "schema", "tables", "vocabulary"},
    "trade_checks": {"errors", "schema", "tables"},
    "checks": {"errors", "filling", "lookup", "schema", "tables", "trade_checks", "vocabulary"},
    "scopes": {"tables", "vocabulary"},
    "graph_rows": {"errors", "schema", "tables"},
    "network_frames": {"tables"},
    "network": {
        "checks",
        "dated",
        "errors",
        "filling",
        "graph_rows",
        "lookup",
        "network_frames",
        "schema",
        "scopes",
        "structure",
        "tables",
        "vocabulary",
        "writing",
    },
    "reading": {"checks", "errors", "filling", "network", "scopes", "schema", "tables", "vocabulary"},
    "shipment": {"errors", "vocabulary"},
    "costs": {"errors", "schema", "shipment", "tables", "vocabulary"},
    "applied": {"errors", "scenario", "schema", "tables", "vocabulary"},
    "capacity_change": {"applied", "scenario", "schema", "tables", "vocabulary"},
    "applying": {
        "applied",
        "capacity_change",
        "checks",
        "costs",
        "errors",
        "network",
        "scenario",
        "schema",
        "shipment",
        "tables",
        "trade_checks",
        "vocabulary",
    },
    "kernels": set(),
    "tiers": {"errors", "kernels"},
    "constraints": {"errors", "lookup", "vocabulary"},
    "calendars": {"dated", "errors", "schema", "structure", "vocabulary"},
    "prices": {"costs", "dated", "errors", "schema", "shipment", "structure", "tables", "vocabulary"},
    "states": {"constraints", "errors", "network", "prices", "shipment", "structure", "vocabulary"},
    "search": {"errors", "prices", "structure", "tiers"},
    "differing": {"search", "structure"},
    "advisories": {"costs", "dated", "errors", "prices", "schema"},
    "itinerary": {"prices", "tables"},
    "route_texts": {"advisories", "costs", "itinerary", "prices", "shipment"},
    "routes": {
        "advisories",
        "costs",
        "errors",
        "itinerary",
        "route_texts",
        "prices",
        "shipment",
        "tables",
        "vocabulary",
    },
    "answers": {"errors", "routes", "tabular"},
    "no_route": {"advisories", "constraints", "errors", "lookup", "prices", "structure", "vocabulary"},
    "compiled": {
        "advisories",
        "constraints",
        "errors",
        "lookup",
        "no_route",
        "prices",
        "reading",
        "routes",
        "search",
        "states",
        "structure",
        "tiers",
        "vocabulary",
    },
    "timed": {
        "advisories",
        "calendars",
        "costs",
        "dated",
        "errors",
        "prices",
        "routes",
        "schema",
        "structure",
        "vocabulary",
    },
    "departing": {
        "calendars",
        "compiled",
        "constraints",
        "dated",
        "errors",
        "network",
        "prices",
        "schema",
        "search",
        "states",
        "structure",
        "tiers",
        "timed",
        "vocabulary",
    },
    "reached": {"prices", "routes", "structure"},
    "given": {
        "constraints",
        "costs",
        "errors",
        "filling",
        "lookup",
        "network",
        "prices",
        "schema",
        "shipment",
        "structure",
        "tables",
        "vocabulary",
    },
    "frames": {"errors", "given", "prices", "shipment", "structure", "vocabulary"},
    "router": {
        "answers",
        "compiled",
        "constraints",
        "departing",
        "differing",
        "errors",
        "frames",
        "lookup",
        "no_route",
        "prices",
        "reached",
        "routes",
        "search",
        "shipment",
        "states",
        "structure",
        "tiers",
        "vocabulary",
    },
    "routing": {
        "answers",
        "constraints",
        "differing",
        "lookup",
        "router",
        "routes",
        "shipment",
        "states",
        "vocabulary",
    },
    "comparing": {
        "compiled",
        "constraints",
        "errors",
        "lookup",
        "prices",
        "router",
        "routes",
        "search",
        "shipment",
        "states",
        "structure",
        "vocabulary",
    },
    "departure_sweep": {"calendars", "constraints", "errors", "lookup", "routes", "routing", "states"},
    "time_spread": {"errors", "network", "prices", "schema", "shipment", "states", "vocabulary"},
    "closures": {"dated", "errors", "prices", "schema", "structure", "tables", "time_spread", "vocabulary"},
    "simulation": {"closures", "errors", "prices", "routes", "structure", "tabular", "time_spread", "vocabulary"},
    "choosing": {
        "answers",
        "closures",
        "constraints",
        "errors",
        "lookup",
        "prices",
        "router",
        "routes",
        "shipment",
        "simulation",
        "states",
        "structure",
        "tabular",
        "time_spread",
        "vocabulary",
    },
    "waiting": {
        "closures",
        "constraints",
        "dated",
        "errors",
        "lookup",
        "network",
        "router",
        "routes",
        "shipment",
        "states",
        "vocabulary",
    },
    "validation": {"errors", "network", "routes", "routing", "schema", "shipment", "simulation", "time_spread"},
    "progress": {"errors"},
    "losing": {"compiled", "constraints", "search", "structure", "vocabulary"},
    "flows": {"constraints", "errors", "losing", "lookup", "shipment"},
    "critical": {
        "compiled",
        "constraints",
        "errors",
        "flows",
        "losing",
        "lookup",
        "progress",
        "router",
        "routes",
        "shipment",
        "vocabulary",
    },
    "movements": {"costs", "errors", "prices", "routes", "schema", "vocabulary"},
    "published_values": {"costs", "errors", "schema"},
    "indicator_rows": {"movements", "published_values", "routes", "vocabulary"},
    "facilitation": {"costs", "errors", "indicator_rows", "movements", "routes", "tabular"},
    "distance_profile": {"errors", "movements", "routes"},
    "levers": {"costs", "errors", "network", "prices", "schema", "structure", "tables", "vocabulary"},
    "breaking_even": {"compiled", "constraints", "levers", "search", "structure"},
    "tornado": {"breaking_even", "compiled", "errors", "levers", "network", "search", "states", "vocabulary"},
    "score_split": {"prices", "route_texts"},
    "explaining_texts": {"breaking_even", "levers", "routes", "score_split", "search", "tabular", "tornado"},
    "held_against": {
        "breaking_even",
        "compiled",
        "differing",
        "errors",
        "routes",
        "search",
        "structure",
        "timed",
    },
    "explaining": {
        "answers",
        "breaking_even",
        "compiled",
        "constraints",
        "errors",
        "explaining_texts",
        "held_against",
        "levers",
        "lookup",
        "network",
        "routes",
        "score_split",
        "search",
        "states",
        "tornado",
        "vocabulary",
    },
    "demand": {"constraints", "errors", "reading", "shipment"},
    "capacities": {"costs", "errors", "schema", "structure", "vocabulary"},
    "empty_returns": {"costs", "errors", "prices", "structure", "vocabulary"},
    "least_cost": {
        "capacities",
        "compiled",
        "constraints",
        "demand",
        "empty_returns",
        "errors",
        "search",
        "structure",
    },
    "flow_rows": {"capacities", "least_cost", "structure", "vocabulary"},
    "assignment": {"capacities", "flow_rows", "least_cost", "routes", "tabular"},
    "assigning": {
        "assignment",
        "capacities",
        "compiled",
        "constraints",
        "demand",
        "empty_returns",
        "errors",
        "least_cost",
        "lookup",
        "router",
        "shipment",
        "states",
        "vocabulary",
    },
    "swings": {"assigning", "capacities", "demand", "least_cost", "prices", "flow_rows", "shipment"},
    "grown": {"assignment", "capacities", "swings", "tabular"},
    "growing": {
        "assigning",
        "assignment",
        "capacities",
        "demand",
        "errors",
        "flow_rows",
        "grown",
        "least_cost",
        "lookup",
        "scenario",
        "shipment",
        "swings",
        "vocabulary",
    },
    "map_ground": {"errors", "tables"},
    "plot": {"errors", "map_ground", "tables"},
    "charts": {"errors"},
    "profile_chart": {"charts", "distance_profile", "errors", "movements", "plot", "routes"},
    "loss_chart": {"errors"},
    "tornado_chart": {"errors"},
    "network_map": {"dated", "errors", "map_ground", "plot", "vocabulary"},
    "component_chart": {"charts", "errors", "plot", "vocabulary"},
    "matrix_chart": {"charts", "errors"},
    "growth_chart": {"charts", "errors"},
    "flow_map": {"errors", "map_ground", "plot"},
    "loss_map": {"errors", "loss_chart", "map_ground"},
    "web_page": {"errors"},
    "interactive_ground": {"map_ground", "web_page"},
    "interactive_map": {"errors", "interactive_ground", "itinerary", "map_ground", "plot", "web_page"},
    "interactive_flows": {"interactive_ground", "loss_chart", "map_ground", "plot", "web_page"},
    "interactive_charts": {
        "charts",
        "component_chart",
        "distance_profile",
        "interactive_ground",
        "interactive_map",
        "loss_chart",
        "map_ground",
        "tornado",
        "tornado_chart",
    },
    "report_tables": {"vocabulary", "web_page"},
    "decision_sections": {
        "explaining_texts",
        "interactive_charts",
        "interactive_map",
        "report_tables",
        "web_page",
    },
    "trade_sections": {"capacities", "interactive_charts", "interactive_flows", "report_tables", "web_page"},
    "report_sections": {
        "answers",
        "assignment",
        "critical",
        "decision_sections",
        "errors",
        "explaining",
        "explaining_texts",
        "facilitation",
        "grown",
        "interactive_charts",
        "interactive_map",
        "report_tables",
        "route_texts",
        "routes",
        "score_split",
        "simulation",
        "trade_sections",
        "web_page",
    },
    "html_report": {"errors", "report_sections", "web_page"},
    "cli_options": {"errors", "reading", "shipment", "vocabulary"},
    "cli_output": {"errors", "html_report"},
    "cli_answers": {"cli_options", "cli_output", "constraints", "errors", "routes", "routing", "vocabulary"},
    "cli_scenario": {"cli_options", "cli_output", "comparing", "errors", "scenario"},
    "cli_criticality": {"cli_options", "cli_output", "critical", "errors"},
    "cli_indicators": {"cli_options", "cli_output", "distance_profile", "facilitation", "routing"},
    "cli_explain": {"cli_options", "cli_output", "errors", "explaining", "routing"},
    "cli_simulate": {"cli_options", "cli_output", "errors", "routing", "simulation"},
    "cli_trade": {"assigning", "cli_options", "cli_output", "demand", "errors", "growing", "scenario"},
    "cli": {
        "checks",
        "cli_answers",
        "cli_criticality",
        "cli_indicators",
        "cli_explain",
        "cli_options",
        "cli_output",
        "cli_scenario",
        "cli_simulate",
        "cli_trade",
        "errors",
        "lookup",
        "reading",
        "routing",
        "vocabulary",
    },
}
ORDER = list(ALLOWED)
# Results draw themselves: their methods ask for the picture when they are called; a network applies a scenario.
CALLED_BACK = {
    ("routes", "interactive_map"),
    ("routes", "plot"),
    ("answers", "charts"),
    ("answers", "interactive_map"),
    ("answers", "plot"),
    ("explaining", "tornado_chart"),
    ("answers", "component_chart"),
    ("assignment", "flow_map"),
    ("critical", "loss_map"),
    ("grown", "growth_chart"),
    ("simulation", "charts"),
    ("network", "applying"),
}


def imported(path: Path) -> tuple[set[str], set[str]]:
    """Return the files of the package that a file imports while it runs, and those for its types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    running: set[str] = set()
    typing: set[str] = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            module = node.module or ""
            names = [f"corridor.{alias.name}" for alias in node.names] if module == "corridor" else [module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found = {name.split(".")[1] for name in names if name.startswith("corridor.")} & {*ORDER}
        (typing if id(node) in for_types else running).update(found)
    return running, typing


FILES = {path.stem: path for path in PACKAGE.glob("*.py") if path.stem != "__init__"}


def test_the_table_of_files_is_whole():
    assert set(FILES) == set(ALLOWED)


@pytest.mark.parametrize("name", ORDER)
def test_a_file_imports_only_what_the_table_allows(name):
    running, _ = imported(FILES[name])
    running -= {called for caller, called in CALLED_BACK if caller == name}
    assert running <= ALLOWED[name], f"{name} imports {sorted(running - ALLOWED[name])}: an arrow against the flow"


@pytest.mark.parametrize("name", ORDER)
def test_the_table_itself_goes_one_way(name):
    assert all(ORDER.index(other) < ORDER.index(name) for other in ALLOWED[name])


@pytest.mark.parametrize("name", ORDER)
def test_types_too_come_from_below(name):
    _, typing = imported(FILES[name])
    typing -= {called for caller, called in CALLED_BACK if caller == name}
    assert all(ORDER.index(other) < ORDER.index(name) for other in typing)


def test_no_file_imports_the_command_line():
    assert not [name for name, path in FILES.items() if "cli" in set.union(*imported(path))]


def test_upward_arrows_would_be_seen(tmp_path):
    path = tmp_path / "tables.py"
    text = "from corridor import cli\ndef f():\n    from corridor.routes import Route\nif TYPE_CHECKING:\n    import corridor.plot\n"
    path.write_text(text, encoding="utf-8")
    assert imported(path) == ({"cli", "routes"}, {"plot"})


# --- public names ------------------------------------------------------------------------------------------------------


def test_the_public_names_are_the_fixed_ones():
    assert set(co.__all__) == {
        "Assignment", "Criticality", "Demand", "Explanation", "Growth", "Indicators", "Network", "Route", "Router",
        "Routes", "Scenario", "Shipment", "Simulation", "Weights", "__version__", "alternatives", "assign", "compare",
        "compare_with_pilot_runs", "criticality", "departures", "errors", "explain", "growth", "indicators", "load",
        "matrix", "nearest_port", "network_from_frames", "pareto", "plot_assignment", "plot_components",
        "plot_criticality", "plot_front", "plot_growth", "plot_matrix", "plot_network", "plot_profile", "plot_reach",
        "plot_reliability", "plot_routes", "plot_tornado", "profile", "reach", "read_network", "report", "route",
        "route_choice", "scenarios", "simulate", "spread", "state_graph", "wait_or_divert", "worth_of_an_hour",
        "write_network",
    }  # fmt: skip
    assert list(co.__all__) == sorted(co.__all__)
    assert dir(co) == sorted(co.__all__)


@pytest.mark.parametrize("name", co.__all__)
def test_every_public_name_can_be_imported_and_says_what_it_is(name):
    value = getattr(co, name)
    assert value is not None
    if name not in {"__version__", "errors"}:
        assert value.__doc__
        home = import_module(value.__module__)
        assert name in home.__all__
        assert getattr(home, name) is value


def test_the_homes_of_the_names_are_told_to_type_checkers_alike():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    told = {
        alias.name: node.module.removeprefix("corridor.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("corridor.")
        for alias in node.names
    }
    assert told == co._HOMES
    assert set(co._HOMES) == set(co.__all__) - {"__version__", "errors"}


@pytest.mark.parametrize("name", ORDER)
def test_every_name_that_a_file_offers_is_there(name):
    module = import_module(f"corridor.{name}")
    offered = getattr(module, "__all__", ())
    assert [word for word in offered if not hasattr(module, word)] == []
    assert len(set(offered)) == len(offered)


def test_no_file_bears_the_name_of_a_public_function():
    """Python binds a file that is imported to its name in the package, over whatever stood there."""
    assert set(co.__all__) & set(ALLOWED) == {"errors"}


@pytest.mark.parametrize("first", ["co.Route", "co.state_graph", "import corridor.cli", "import corridor.validation"])
def test_public_names_stay_what_they_are_whatever_is_used_first(first):
    code = (
        f"import corridor as co\n{first}\nassert callable(co.route) and callable(co.load) and callable(co.plot_routes)"
    )
    assert isinstance(brought_in(code), list)


def test_an_unknown_name_is_told_with_the_public_ones():
    with pytest.raises(
        AttributeError,
        match=r"module 'corridor' has no attribute 'rute'; public names: .*Network, Route, ",
    ):
        _ = co.rute


def test_the_package_is_typed():
    assert (PACKAGE / "py.typed").is_file()


# --- what an import brings in --------------------------------------------------------------------------------------------


def brought_in(code: str) -> list[str]:
    """Run code in a fresh process and return the heavy packages that it has loaded."""
    script = f"{code}\nimport json, sys\nprint(json.dumps([n for n in {HEAVY!r} if n in sys.modules]), file=sys.stderr)"
    path = {"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env=path, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1])


def test_the_import_of_the_package_brings_in_nothing_heavy():
    assert brought_in("import corridor") == []
    assert brought_in("import corridor\ncorridor.errors.DataError, dir(corridor), corridor.__version__") == []


def test_shipment_and_weights_bring_in_nothing_heavy():
    assert brought_in("import corridor\ncorridor.Shipment(tonnes=5), corridor.Weights(usd_per_km=1)") == []


def command(*words: str) -> str:
    return f"import corridor.cli\nassert corridor.cli.main({list(words)!r}) == 0"


@pytest.mark.parametrize("more", [[], ["--steps"], ["--json"]])
def test_a_route_on_the_command_line_brings_in_the_row_models_and_numpy_alone(more):
    assert brought_in(command("route", "Karachi", "Minsk", *more)) == ["numpy", "pydantic"]


def test_a_route_written_as_geojson_brings_in_the_row_models_and_numpy_alone(tmp_path):
    assert brought_in(command("route", "Karachi", "Minsk", "--geojson", str(tmp_path / "r.geojson"))) == [
        "numpy",
        "pydantic",
    ]


@pytest.mark.parametrize("more", [[], ["--json"], ["--csv"]])
@pytest.mark.parametrize(
    "words",
    [
        ["alternatives", "Karachi", "Minsk"],
        ["pareto", "Karachi", "Kabul"],
        ["nearest-port", "Minsk"],
        ["criticality", "--pair", "Karachi", "Kabul"],
        ["indicators", "Karachi", "Kabul"],
        ["profile", "Karachi", "Kabul"],
    ],
)
def test_several_routes_on_the_command_line_bring_in_no_frames_and_graphs(words, more):
    # A front may load the compiled kernel.
    assert {*brought_in(command(*words, *more))} - {"numba"} == {"numpy", "pydantic"}


@pytest.mark.parametrize("words", [["assign", "--set", "pk-kz-2025"], ["growth", "--steps", "2", "--swing", "0"]])
def test_trade_on_the_command_line_brings_in_no_frames_and_graphs(words):
    assert {*brought_in(command(*words))} - {"numba"} == {"numpy", "pydantic"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["matrix", "--help"], ["reach"]])
def test_the_help_brings_in_nothing_heavy(words):
    code = f"import corridor.cli\ntry: corridor.cli.main({words!r})\nexcept SystemExit: pass"
    assert brought_in(code) == []


def test_the_list_of_places_brings_in_the_row_models_and_numpy_alone():
    assert brought_in(command("places", "kar")) == ["numpy", "pydantic"]


def test_a_network_of_ones_own_is_checked_with_shapely_but_without_frames_and_graphs(tmp_path):
    co.write_network(small.two_countries(), tmp_path)
    loaded = brought_in(command("route", "port", "city", "--data", str(tmp_path)))
    assert set(loaded) <= {"numpy", "pydantic", "shapely"}


def test_the_check_brings_in_no_frames_and_graphs():
    assert set(brought_in(command("check"))) <= {"numpy", "pydantic", "shapely"}
