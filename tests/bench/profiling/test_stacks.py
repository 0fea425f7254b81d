"""Stacks, and what is made of them: folded lines, differences, speedscope, flame graphs."""

import json
import xml.etree.ElementTree as ET

from assay.bench.profiling import (
    Frame,
    Profile,
    ProfileTool,
    Stacks,
    changes_between,
    flame_graph,
    folded_difference,
    read_folded,
    speedscope_of,
)
from assay.bench.profiling.stacks import DEEPEST

BEFORE = Stacks.of([(("main (a.py:1)", "parse (a.py:5)"), 30), (("main (a.py:2)", "write (b.py:7)"), 70)])
AFTER = Stacks.of([(("main (a.py:9)", "parse (a.py:15)"), 60), (("main (a.py:9)", "write (b.py:8)"), 20)])
SVG = "{http://www.w3.org/2000/svg}"


def test_reads_a_frame_with_its_place() -> None:
    frame = Frame.parsed("Thread.run (/usr/lib/python3.11/threading.py:982)")
    assert frame == Frame("Thread.run", "/usr/lib/python3.11/threading.py", 982)
    assert frame.short() == "Thread.run (python3.11/threading.py:982)"
    assert Frame.parsed("std::vector<int>::push_back(int&&)") == Frame("std::vector<int>::push_back(int&&)")


def test_survives_being_folded() -> None:
    assert read_folded(BEFORE.folded()) == BEFORE
    assert read_folded("no count\n\na;b 3\na;b 4\n").counts == ((("a", "b"), 7),)


def test_adds_up_functions_by_what_they_do_themselves_and_with_what_they_call() -> None:
    write, parse, main = BEFORE.functions()
    assert (write.frame, write.own, write.total) == (Frame("write", "b.py"), 0.7, 0.7)
    assert (parse.own, parse.total) == (0.3, 0.3)
    assert (main.frame.name, main.own, main.total) == ("main", 0.0, 1.0)


def test_a_recursion_counts_once_and_has_an_end() -> None:
    deep = Stacks.of([(("f (a.py:1)",) * 1_000, 5)])
    assert len(deep.counts[0][0]) == DEEPEST
    assert deep.functions()[0].total == 1.0
    assert "<svg" in flame_graph(deep, "deep")


def test_compares_shares_by_function_not_by_line() -> None:
    first, second = sorted(changes_between(BEFORE, AFTER)[:2], key=lambda one: one.change)
    assert (first.frame.name, first.before, first.after) == ("write", 0.7, 0.25)
    assert (second.frame.name, second.before, second.after) == ("parse", 0.3, 0.75)
    assert folded_difference(BEFORE, AFTER).splitlines() == [
        "main (a.py);parse (a.py) 24 60",
        "main (a.py);write (b.py) 56 20",
    ]


def test_the_flame_graph_is_one_file_with_a_box_as_wide_as_its_share() -> None:
    root = ET.fromstring(flame_graph(AFTER, "orders <&>", note="2 s"))  # noqa: S314 # our own
    boxes = {group.find(f"{SVG}title").text: group for group in root.iter(f"{SVG}g")}  # type: ignore[union-attr] # has one
    assert set(boxes) == {
        "main (a.py): 80 samples, 100.0%",
        "parse (a.py): 60 samples, 75.0%",
        "write (b.py): 20 samples, 25.0%",
    }
    assert float(boxes["parse (a.py): 60 samples, 75.0%"].attrib["data-w"]) == 900.0
    assert "orders <&>" in "".join(root.itertext())
    assert "http" not in flame_graph(AFTER, "x").replace("http://www.w3.org/2000/svg", "")


def test_the_differential_flame_graph_says_what_grew_and_colours_it() -> None:
    root = ET.fromstring(flame_graph(AFTER, "orders", baseline=BEFORE))  # noqa: S314 # our own
    fills = {group.find(f"{SVG}title").text: group.find(f"{SVG}rect").attrib["fill"] for group in root.iter(f"{SVG}g")}  # type: ignore[union-attr]
    assert fills["parse (a.py): 60 samples, 75.0%, +45.0% of all"].startswith("hsl(4 ")
    assert fills["write (b.py): 20 samples, 25.0%, -45.0% of all"].startswith("hsl(216 ")


def test_writes_what_speedscope_reads() -> None:
    profile = Profile(
        service="orders",
        pid=1,
        tool=ProfileTool.PY_SPY,
        began=0.0,
        seconds=2.0,
        rate=50,
        on_cpu=BEFORE,
        holding_gil=AFTER,
    )
    document = json.loads(speedscope_of(profile))
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    assert [view["name"] for view in document["profiles"]] == ["orders: on the processor", "orders: holding the GIL"]
    view = document["profiles"][0]
    assert view["weights"] == [0.6, 1.4]
    assert view["endValue"] == 2.0
    frames = document["shared"]["frames"]
    assert [frames[number] for number in view["samples"][0]] == [
        {"name": "main", "file": "a.py", "line": 1},
        {"name": "parse", "file": "a.py", "line": 5},
    ]
