# SPDX-License-Identifier: BSD-3-Clause
"""Freight routes on the Belarus-Russia-Kazakhstan-Uzbekistan-Afghanistan-Pakistan corridor, in km, hours, USD and CO2e.

>>> import corridor as co
>>> net = co.load()
>>> r = co.route(net, "Karachi", "Minsk")
>>> r.countries
('PK', 'AF', 'UZ', 'KZ', 'RU', 'BY')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corridor import errors

if TYPE_CHECKING:
    from corridor.answers import Routes
    from corridor.assigning import assign
    from corridor.assignment import Assignment
    from corridor.charts import plot_front, plot_reliability
    from corridor.choosing import route_choice
    from corridor.comparing import compare, worth_of_an_hour
    from corridor.component_chart import plot_components
    from corridor.critical import Criticality, criticality
    from corridor.demand import Demand
    from corridor.departure_sweep import departures
    from corridor.distance_profile import profile
    from corridor.explaining import Explanation, explain
    from corridor.facilitation import Indicators, indicators
    from corridor.flow_map import plot_assignment
    from corridor.growing import growth
    from corridor.grown import Growth
    from corridor.growth_chart import plot_growth
    from corridor.html_report import report
    from corridor.loss_map import plot_criticality
    from corridor.matrix_chart import plot_matrix
    from corridor.network import Network
    from corridor.network_map import plot_network
    from corridor.plot import plot_reach, plot_routes
    from corridor.profile_chart import plot_profile
    from corridor.reading import load, network_from_frames, read_network, write_network
    from corridor.router import Router
    from corridor.routes import Route
    from corridor.routing import alternatives, matrix, nearest_port, pareto, reach, route
    from corridor.scenario import Scenario, scenarios
    from corridor.shipment import Shipment, Weights
    from corridor.simulation import Simulation, simulate
    from corridor.states import state_graph
    from corridor.time_spread import spread
    from corridor.tornado_chart import plot_tornado
    from corridor.validation import compare_with_pilot_runs
    from corridor.waiting import wait_or_divert

__version__ = "0.1.0"

# Where each public name lives; its module is imported on first use, so that the import of the package costs little.
_HOMES = {
    "Assignment": "assignment",
    "Criticality": "critical",
    "Demand": "demand",
    "Explanation": "explaining",
    "Growth": "grown",
    "Indicators": "facilitation",
    "Network": "network",
    "Route": "routes",
    "Router": "router",
    "Routes": "answers",
    "Scenario": "scenario",
    "Shipment": "shipment",
    "Simulation": "simulation",
    "Weights": "shipment",
    "alternatives": "routing",
    "assign": "assigning",
    "compare": "comparing",
    "compare_with_pilot_runs": "validation",
    "criticality": "critical",
    "departures": "departure_sweep",
    "explain": "explaining",
    "growth": "growing",
    "indicators": "facilitation",
    "load": "reading",
    "matrix": "routing",
    "nearest_port": "routing",
    "network_from_frames": "reading",
    "pareto": "routing",
    "plot_assignment": "flow_map",
    "plot_components": "component_chart",
    "plot_criticality": "loss_map",
    "plot_front": "charts",
    "plot_growth": "growth_chart",
    "plot_matrix": "matrix_chart",
    "plot_network": "network_map",
    "plot_profile": "profile_chart",
    "plot_reach": "plot",
    "plot_reliability": "charts",
    "plot_routes": "plot",
    "plot_tornado": "tornado_chart",
    "profile": "distance_profile",
    "reach": "routing",
    "read_network": "reading",
    "report": "html_report",
    "route": "routing",
    "route_choice": "choosing",
    "scenarios": "scenario",
    "simulate": "simulation",
    "spread": "time_spread",
    "state_graph": "states",
    "wait_or_divert": "waiting",
    "worth_of_an_hour": "comparing",
    "write_network": "reading",
}

__all__ = [
    "Assignment",
    "Criticality",
    "Demand",
    "Explanation",
    "Growth",
    "Indicators",
    "Network",
    "Route",
    "Router",
    "Routes",
    "Scenario",
    "Shipment",
    "Simulation",
    "Weights",
    "__version__",
    "alternatives",
    "assign",
    "compare",
    "compare_with_pilot_runs",
    "criticality",
    "departures",
    "errors",
    "explain",
    "growth",
    "indicators",
    "load",
    "matrix",
    "nearest_port",
    "network_from_frames",
    "pareto",
    "plot_assignment",
    "plot_components",
    "plot_criticality",
    "plot_front",
    "plot_growth",
    "plot_matrix",
    "plot_network",
    "plot_profile",
    "plot_reach",
    "plot_reliability",
    "plot_routes",
    "plot_tornado",
    "profile",
    "reach",
    "read_network",
    "report",
    "route",
    "route_choice",
    "scenarios",
    "simulate",
    "spread",
    "state_graph",
    "wait_or_divert",
    "worth_of_an_hour",
    "write_network",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module 'corridor' has no attribute {name!r}; public names: {', '.join(__all__)}"
        raise AttributeError(msg)
    value = getattr(import_module(f"corridor.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
