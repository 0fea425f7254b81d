import json
import re
from typing import Any

import jsonschema
import pytest

from assay.bench.prometheus import dashboard_text
from assay.bench.prometheus.families import FAMILIES

DASHBOARD: dict[str, Any] = json.loads(dashboard_text())
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
SHOWN = [panel for panel in PANELS if panel["type"] != "row"]
NAMES = {family.name: family for family in FAMILIES}
FUNCTIONS = {"by", "changes", "label_values", "max", "rate", "sum", "time"}

TEXT = {"type": "string", "minLength": 1}
POSITION = {
    "type": "object",
    "required": ["x", "y", "w", "h"],
    "properties": {
        "x": {"type": "integer", "minimum": 0, "maximum": 23},
        "y": {"type": "integer", "minimum": 0},
        "w": {"type": "integer", "minimum": 1, "maximum": 24},
        "h": {"type": "integer", "minimum": 1},
    },
}
DATA_SOURCE = {
    "type": "object",
    "required": ["type", "uid"],
    "properties": {"type": {"const": "prometheus"}, "uid": {"const": "${datasource}"}},
}
TARGET = {
    "type": "object",
    "required": ["datasource", "expr", "refId"],
    "properties": {"datasource": DATA_SOURCE, "expr": TEXT, "refId": {"type": "string", "pattern": "^[A-Z]$"}},
}
PANEL = {
    "type": "object",
    "required": ["id", "type", "title", "gridPos"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "type": {"enum": ["row", "stat", "gauge", "timeseries", "table"]},
        "title": TEXT,
        "gridPos": POSITION,
    },
    "if": {"properties": {"type": {"const": "row"}}},
    "then": {"required": ["collapsed", "panels"]},
    "else": {
        "required": ["description", "datasource", "fieldConfig", "options", "targets"],
        "properties": {
            "description": TEXT,
            "datasource": DATA_SOURCE,
            "fieldConfig": {"type": "object", "required": ["defaults", "overrides"]},
            "targets": {"type": "array", "minItems": 1, "items": TARGET},
        },
    },
}
# The classic model, as Grafana documents it: what a dashboard is imported and provisioned as.
MODEL = {
    "type": "object",
    "required": ["uid", "title", "schemaVersion", "panels", "templating", "annotations", "time", "refresh"],
    "properties": {
        "id": {"type": "null"},
        "uid": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,40}$"},
        "title": TEXT,
        "tags": {"type": "array", "items": TEXT},
        "timezone": {"enum": ["browser", "utc", ""]},
        "graphTooltip": {"enum": [0, 1, 2]},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "version": {"type": "integer"},
        "time": {"type": "object", "required": ["from", "to"]},
        "templating": {"type": "object", "required": ["list"]},
        "annotations": {"type": "object", "required": ["list"]},
        "panels": {"type": "array", "minItems": 1, "items": PANEL},
    },
}


def expressions() -> list[str]:
    variables = [variable["definition"] for variable in DASHBOARD["templating"]["list"] if variable["type"] == "query"]
    marks = [mark["expr"] for mark in DASHBOARD["annotations"]["list"] if "expr" in mark]
    return [target["expr"] for panel in SHOWN for target in panel["targets"]] + variables + marks


def test_the_dashboard_is_of_the_form_that_grafana_imports() -> None:
    jsonschema.validate(DASHBOARD, MODEL)


def test_panels_have_ids_of_their_own_and_do_not_lie_on_each_other() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: dict[tuple[int, int], str] = {}
    for panel in PANELS:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_queries_of_a_panel_have_names_of_their_own() -> None:
    for panel in SHOWN:
        names = [target["refId"] for target in panel["targets"]]
        assert len(set(names)) == len(names), panel["title"]


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_names_only_metrics_and_labels_that_are_exported(expression: str) -> None:
    without_text = re.sub(r'"[^"]*"', "", expression)
    labels = set(re.findall(r"\{(\w+)", without_text)) | set(re.findall(r"by \((\w+)\)", without_text))
    labels |= {"test"} if "label_values" in expression else set()
    words = set(re.findall(r"(?<!\$)\b[a-z_][a-z_0-9]*\b", re.sub(r"\[[^]]*\]", "", without_text)))
    metrics = words - labels - FUNCTIONS
    assert metrics
    assert metrics <= NAMES.keys()
    for name in metrics:
        assert labels <= set(NAMES[name].labels), expression


def test_a_legend_names_only_labels_that_its_metric_has() -> None:
    for panel in SHOWN:
        for target in panel["targets"]:
            [name] = [name for name in NAMES if re.search(rf"\b{name}\b", target["expr"])]
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= set(NAMES[name].labels), target


def test_counters_and_only_they_are_asked_for_their_rate() -> None:
    for expression in expressions():
        for name in re.findall(r"rate\((\w+)", expression):
            assert name.endswith("_total"), expression
        if "_total" in expression:
            assert expression.startswith("rate("), expression


def test_what_is_exported_is_shown() -> None:
    text = dashboard_text()
    unused = {name for name in NAMES if name not in text}
    assert unused == {
        "assay_bench_elapsed_seconds",
        "assay_bench_latency_mean_seconds",
        "assay_bench_measure",
        "assay_bench_repeats",
    }
