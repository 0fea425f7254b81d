"""The HTML page: it needs nothing but itself, says what the run says, and nothing from outside becomes markup."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence import Bounds, RunFolder, RunWriter, Verdict
from assay.report import page, read_report
from assay.report.page import render_page
from assay.report.visible import visible
from tests.report.html_reading import Element, read_html
from tests.report.sample import COUNTEREXAMPLE, claim, finish, planned, record, store_json, write_run

ASSETS = Path(page.__file__).with_name("assets")


def rendered(folder: RunFolder) -> str:
    return render_page(folder, read_report(folder))


def parsed(folder: RunFolder) -> Element:
    return read_html(rendered(folder))


def claim_of(root: Element, claim_id: str) -> Element:
    (found,) = [each for each in root.all("details") if each.all("div", id=claim_id)]
    return found


def words(element: Element) -> str:
    return " ".join(element.text.split())


def test_every_link_opens(sample: RunFolder) -> None:
    for name in ("report.md", "report.json", "junit.xml", "results.sarif"):
        (sample.path / name).touch()
    root = parsed(sample)
    ids = [each.attributes["id"] for each in root.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    links = [each.attributes["href"] for each in root.all("a")]
    assert sum(link.startswith("artifacts/") for link in links) == 8
    for link in links:
        if link.startswith("#"):
            assert unquote(link[1:]) in ids
        else:
            assert (sample.path / link).is_file(), link


def test_needs_nothing_from_outside(sample: RunFolder) -> None:
    text = rendered(sample)
    root = read_html(text)
    assert not re.search(r"\b(https?|ftp|wss?)://(?!www\.w3\.org/2000/svg)", text)
    for element in root.all():
        assert not {"style", "srcset", "action", "background"} & element.attributes.keys()
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.attributes.get("src", "data:").startswith("data:")
    assert [each.attributes["href"] for each in root.all("link")] == ["data:,"]
    for name in ("report.css", "report.js"):
        content = (ASSETS / name).read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|</|<!--|fetch\(|XMLHttpRequest|innerHTML|eval\(", content)


def test_policy_allows_this_style_and_this_script_only(sample: RunFolder) -> None:
    root = parsed(sample)
    (policy,) = root.all("meta", **{"http-equiv": "Content-Security-Policy"})
    directives = dict(part.strip().split(" ", 1) for part in policy.attributes["content"].split(";"))
    for directive, tag in (("style-src", "style"), ("script-src", "script")):
        (element,) = root.all(tag)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert directives.pop(directive) == f"'sha256-{digest}'"
    assert directives == {
        "default-src": "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_shows_everything_a_claim_is_made_of(sample: RunFolder) -> None:
    shown = words(claim_of(parsed(sample), "verify.raft.one-leader-per-term"))
    for part in (
        "violated",
        "No term ever has two leaders.",
        "critical",
        "Two servers lead term 2 after server s1 restarts without its vote.",
        "Complete: everything within these bounds was covered.",
        "Clients {c1, c2, c3}",
        "distinct states 123,456",
        "More than three clients.",
        "assay verify specs/lock/Lock.tla --config specs/lock/Lock.cfg",
        "counterexample.json two leaders in one term",
        read_report(sample).claims[0].claim.evidence[0].sha256,
    ):
        assert part in shown


def test_shows_a_counterexample_with_what_changed(sample: RunFolder) -> None:
    (table,) = claim_of(parsed(sample), "verify.lock.no-fencing").all("table")
    assert words(table.all("caption")[0]) == "Counterexample: the invariant MutualExclusion is false in state 4"
    rows = [row for row in table.all("tr") if row.all("td")]
    assert [words(row.all("th")[0]) for row in rows] == ["1", "2", "3", "4"]
    assert words(rows[1].all("td")[0]) == "Acquire(c1)Lock.tla:21:3"
    now = rows[1].all("code", class_="now")
    assert [[mark.text for mark in each.all("mark")] for each in now] == [['"c1"', "1"], ['"holding"']]
    assert words(rows[1].all("details")[0]) == "1 unchanged clock 0"
    assert rows[3].attributes["class"] == "last"


def test_says_that_a_broken_variant_was_caught(sample: RunFolder) -> None:
    caught = claim_of(parsed(sample), "verify.lock.no-fencing")
    assert words(caught).startswith("caught Broken variant: Without fencing tokens")
    assert "the check must refute this statement, and it did" in words(caught)
    missed = claim_of(parsed(sample), "verify.raft.vote-not-persisted")
    assert words(missed).startswith("not caught Broken variant:")
    assert "open" in missed.attributes
    assert "open" not in caught.attributes


def test_prints_coverage_beside_every_score_and_explains_the_cap(sample: RunFolder) -> None:
    root = parsed(sample)
    rows = {words(row.all("th")[0]): words(row) for row in root.all("table", class_="areas")[0].all("tr")}
    assert rows["Formal verification"].startswith("Formal verification 40 81 %")
    assert "Held at 40 whatever else is well: verify.raft.one-leader-per-term (critical)" in rows["Formal verification"]
    assert rows["Chaos"] == "Chaos 0 0 % no claims, 1 task without a result"
    assert rows["Performance"].endswith("not measured in this run: nothing is known about it")
    assert "Score 40 of 100 60 % covered" in words(root.all("dl", class_="figures")[0])


def test_says_why_a_task_has_no_result(sample: RunFolder) -> None:
    rows = [words(row) for row in parsed(sample).all("table", class_="tasks")[0].all("tr", class_="failed")]
    (row,) = rows
    assert row == (
        "formal-verification/two-phase-commit atomic commit failedunknown operator `Prepre` "
        "TwoPhaseCommit.tla:31:12did you mean `Prepare`? 0.1 s"
    )


def test_can_be_used_by_keyboard_and_screen_reader(sample: RunFolder) -> None:
    root = parsed(sample)
    assert root.all("html")[0].attributes["lang"] == "en"
    levels = [int(each.tag[1]) for each in root.all() if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in root.all("table"):
        assert table.all("caption")
        assert all(cell.attributes.get("scope") in {"row", "col"} for cell in table.all("th"))
    assert all(image.attributes["alt"] for image in root.all("img"))
    labelled = [control for label in root.all("label") for control in label.all("input")]
    assert labelled == root.all("input")
    sections = [each.attributes["aria-labelledby"] for each in root.all("section")]
    assert all(root.all(id=name) for name in sections)


def test_filters_by_standing_without_scripts(sample: RunFolder) -> None:
    root = parsed(sample)
    style = root.all("style")[0].text
    for box in root.all("input", type="checkbox"):
        name = box.attributes["id"]
        assert f"body:has(#{name}:not(:checked)) .claim.{name.removeprefix('show-')}" in style
    (tools,) = root.all("div", class_="tools")
    assert "hidden" in tools.attributes


def test_says_when_evidence_is_not_what_was_recorded(sample: RunFolder) -> None:
    evidence = read_report(sample).claims[0].claim.evidence[0]
    sample.artifacts.path_of(evidence).write_bytes(b'{"kind": "invariant", "states": []}')
    shown = claim_of(parsed(sample), "verify.raft.one-leader-per-term")
    assert "This evidence cannot be trusted: counterexample.json was changed after the run." in words(shown)
    assert not shown.all("table")
    sample.artifacts.path_of(evidence).unlink()
    assert "cannot read counterexample.json" in words(claim_of(parsed(sample), "verify.raft.one-leader-per-term"))


def test_says_that_a_run_has_not_ended(tmp_path: Path) -> None:
    task = planned("formal-verification/lock")
    with RunWriter.create(tmp_path, record(plan=(task,))) as run:
        pass
    assert "The run has not ended." in words(parsed(RunFolder(run.path)))


def test_cuts_a_long_text_and_says_so(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path, record(plan=(planned("formal-verification/lock"),))) as run:
        log = run.artifacts.store("a.log", "é".encode() * 40_000, media_type="text/plain", description="the log")
        finish(run, {"formal-verification/lock": [claim("verify.lock.safe", Verdict.HOLDS, log)]})
    shown = claim_of(parsed(RunFolder(run.path)), "verify.lock.safe")
    assert shown.all("pre")[1].text == "é" * 32_768
    assert "Cut after 64.0 KiB; the link above leads to the whole file." in words(shown)


def test_leaves_out_the_middle_of_a_long_counterexample(tmp_path: Path) -> None:
    state = COUNTEREXAMPLE["states"][0]
    states = [{**state, "number": number} for number in range(1, 501)]
    with RunWriter.create(tmp_path, record(plan=(planned("formal-verification/lock"),))) as run:
        trace = store_json(run, "counterexample.json", {**COUNTEREXAMPLE, "states": states}, "a long way")
        finish(run, {"formal-verification/lock": [claim("verify.lock.safe", Verdict.VIOLATED, trace)]})
    (table,) = claim_of(parsed(RunFolder(run.path)), "verify.lock.safe").all("table")
    numbers = [words(row.all("th")[0]) for row in table.all("tr") if row.all("td") and row.all("th")]
    assert numbers == [str(number) for number in (*range(1, 21), *range(321, 501))]
    assert "300 states are left out here; the artefact has all of them." in words(table)


def test_stays_under_its_size_and_keeps_what_calls_for_action(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAXIMUM_PAGE_BYTES", 40_000)
    claims = [claim(f"verify.lock.safe-{number}", Verdict.HOLDS) for number in range(200)]
    folder = write_run(tmp_path, *claims, claim("verify.lock.zombie", Verdict.VIOLATED))
    text = rendered(folder)
    frame = len((ASSETS / "report.css").read_bytes()) + len((ASSETS / "report.js").read_bytes()) + 10_000
    assert len(text.encode()) < 40_000 + frame
    root = read_html(text)
    assert claim_of(root, "verify.lock.zombie").tag == "details"
    shown = len(root.all("details", class_="claim holds"))
    assert f"{200 - shown} claims are left out here" in words(root)


def test_shows_a_small_picture_and_its_text_alternative(sample: RunFolder) -> None:
    (image,) = claim_of(parsed(sample), "trust.policy.deny-by-default").all("img")
    assert image.attributes["src"].startswith("data:image/svg+xml;base64,")
    assert image.attributes["alt"] == "who may call what"


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(str.strip)
MARKUP = st.sampled_from(
    [
        "</script><script>alert(1)</script>",
        '" onload="x',
        "<!--",
        "]]>",
        "&lt;b&gt;",
        "{{ 7*7 }}",
        "{% raw %}",
        "'><svg>",
    ]
)


@settings(max_examples=25, deadline=None)
@given(text=st.one_of(TEXTS, MARKUP, st.builds("{}{}".format, MARKUP, TEXTS)))
def test_text_from_outside_is_never_markup(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    before, after = (
        parsed(
            write_run(
                tmp_path_factory.mktemp("runs"),
                claim(
                    "verify.lock.safe",
                    Verdict.UNKNOWN,
                    statement=each,
                    explanation=each,
                    reproduce=each,
                    bounds=Bounds(complete=False, constants={each: each}, not_covered=(each,)),
                ),
                system=each,
                command=each,
            )
        )
        for each in ("plain", text)
    )
    shape = [(each.tag, sorted(each.attributes)) for each in before.all()]
    assert [(each.tag, sorted(each.attributes)) for each in after.all()] == shape
    shown = claim_of(after, "verify.lock.safe")
    assert shown.all("p", class_="explanation")[0].text == visible(text)
    assert shown.all("pre")[0].text == visible(text)


@settings(max_examples=15, deadline=None)
@given(text=st.one_of(TEXTS, MARKUP))
def test_counterexample_text_is_never_markup(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    trace = {
        "kind": text,
        "name": text,
        "states": [
            {"number": 1, "action": {"name": text, "location": text}, "variables": {"x": "0"}, "changed": ["x"]},
            {"number": 2, "action": {"name": text, "location": text}, "variables": {"x": text}, "changed": ["x"]},
        ],
    }
    with RunWriter.create(tmp_path_factory.mktemp("runs"), record(plan=(planned("chaos/x"),))) as run:
        evidence = store_json(run, "counterexample.json", trace, "a way")
        finish(run, {"chaos/x": [claim("chaos.lock.safe", Verdict.VIOLATED, evidence)]})
    (table,) = claim_of(parsed(RunFolder(run.path)), "chaos.lock.safe").all("table")
    assert table.all("code", class_="now")[1].text == visible(text)
    assert {each.tag for each in table.all()} <= {
        "caption", "thead", "tbody", "tr", "th", "td", "strong", "code", "div", "span", "mark",
    }  # fmt: skip


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_to_read(scheme: str) -> None:
    # WCAG 2.2, success criterion 1.4.3: 4.5 to 1.
    style = (ASSETS / "report.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    colours = blocks[0] if scheme == "light" else {**blocks[0], **blocks[1]}
    grounds = ("ground", "surface", "sunken")
    pairs = [(ink, ground) for ink in ("ink", "soft", "link", "good", "bad", "doubt", "caught") for ground in grounds]
    pairs += [(name, f"{name}-wash") for name in ("good", "bad", "doubt", "caught", "mute")]
    pairs += [
        ("mark-ink", "mark"),
        ("ink", "bad-wash"),
        ("soft", "bad-wash"),
        ("ink", "caught-wash"),
        ("soft", "caught-wash"),
    ]
    for ink, ground in pairs:
        lighter, darker = sorted((_luminance(colours[ink]), _luminance(colours[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (scheme, ink, ground)


@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium here to open the page with")
def test_opens_in_a_browser_from_a_file(sample: RunFolder, tmp_path: Path) -> None:
    (sample.path / "report.html").write_text(rendered(sample), encoding="utf-8")
    chromium = shutil.which("chromium") or ""
    arguments = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'browser'}", "--dump-dom", (sample.path / "report.html").as_uri(),
    ]  # fmt: skip
    result = subprocess.run([chromium, *arguments], capture_output=True, text=True, timeout=120, check=True)
    assert "CONSOLE" not in result.stderr, result.stderr
    root = read_html(result.stdout)
    # The script ran: it adds a button to each command, and shows the tools that need it.
    assert len(root.all("pre", class_="command")) == len([each for each in root.all("button") if each.text == "Copy"])
    assert "hidden" not in root.all("div", class_="tools")[0].attributes


def test_is_the_same_each_time(sample: RunFolder) -> None:
    assert rendered(sample) == rendered(sample)
    assert json.dumps(str(sample.path)) not in rendered(sample)
