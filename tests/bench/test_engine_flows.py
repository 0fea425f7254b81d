"""Flows in the engine: values go from answers into requests, checks are counted, data and cookies are kept apart."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from assay.bench import ConstantArrivalRate, Ending, LoadResult, LoadTest, PerUserIterations, SharedIterations
from assay.bench.engine import run
from assay.bench.flow import Check, Data, Flow, Selector, Step, ThinkTime
from assay.bench.result import CheckCount
from assay.bench.scenario import body, cookie, get, header, json_value, post, status
from assay.errors import LoadTestError
from tests.bench.servers import Server, server


def answer(status_line: str, content: Any, *headers: str) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content)
    lines = [f"HTTP/1.1 {status_line}", *headers, f"Content-Length: {len(text.encode())}", "", text]
    return "\r\n".join(lines).encode()


def shop(request: bytes, _server: Server) -> bytes:
    """Answers as a small shop does, with values that a flow needs to go on."""
    line = request.split(b"\r\n", 1)[0].decode()
    if line.startswith("GET /products"):
        products = {"items": [{"id": "a b&c", "price": 7}, {"id": "last"}]}
        return answer("200 OK", products, "Set-Cookie: cart=17; Path=/", "X-Page: 3")
    if line.startswith("POST /orders"):
        return answer("201 Created", {"state": "paid", "total": 7}, "Location: /orders/99")
    return answer("200 OK", "<b>order number 99</b>")


def run_flow(state: Server, *steps: Step, iterations: int = 1, **options: Any) -> LoadResult:
    test = LoadTest(
        target=state.url,
        executor=options.pop("executor", PerUserIterations(1, iterations)),
        flows=(Flow(name="buy", steps=steps),),
        **options,
    )
    return run(test)


def sent(state: Server) -> list[str]:
    return [request.decode() for request in state.requests]


def test_takes_values_from_answers_and_sends_them_again() -> None:
    steps = (
        get(
            "/products",
            take={
                "product": json_value("$.items[0].id"),
                "price": json_value("$['items'][0].price"),
                "page": header("x-page"),
                "cart": cookie("cart"),
                "coupon": json_value("$.coupon").or_else("none"),
            },
        ),
        post(
            "/orders?product={product}&page={page}",
            json={"product": "{product}", "price": "{price:raw}", "coupon": "{coupon}", "braces": "{{product}}"},
            headers={"X-Cart": "{cart}"},
            take={"order": header("Location")},
        ),
        get("/order", headers={"X-Order": "{order}"}, take={"number": body(r"number (\d+)")}),
        get("/end/{number}"),
    )
    with server(shop) as state:
        result = run_flow(state, *steps)
    _, ordered, looked, ended = sent(state)
    assert ordered.startswith("POST /orders?product=a%20b%26c&page=3 HTTP/1.1\r\n")
    assert "\r\nX-Cart: 17\r\n" in ordered
    assert "\r\nContent-Type: application/json\r\n" in ordered
    content = json.loads(ordered.partition("\r\n\r\n")[2])
    assert content == {"product": "a b&c", "price": 7, "coupon": "none", "braces": "{product}"}
    assert "\r\nX-Order: /orders/99\r\n" in looked
    assert ended.startswith("GET /end/99 ")
    assert result.answered == 4
    assert result.iterations is not None
    assert result.iterations.count == 1
    assert [endpoint.name for endpoint in result.endpoints][1].startswith("POST /orders")


def test_counts_checks_and_goes_on_unless_one_is_required() -> None:
    steps = (
        get(
            "/products",
            name="list",
            expect=[
                status(200),
                status("4xx", 503),
                json_value("$.items[0].price").equals(7),
                json_value("$.items[9]").exists(),
                header("x-page").matches("^[0-9]+$"),
                body().contains("last"),
                body('"id": "l.st"').exists(),
                cookie("cart").equals("18"),
            ],
        ),
        post("/orders", expect=json_value("$.state").equals("unpaid").or_end()),
        get("/never"),
    )
    with server(shop) as state:
        result = run_flow(state, *steps, iterations=3)
    assert result.checks == (
        CheckCount("status is 200", 3, 0),
        CheckCount("status is 4xx or 503", 0, 3),
        CheckCount("json $.items[0].price is 7", 3, 0),
        CheckCount("json $.items[9] is there", 0, 3),
        CheckCount("header x-page matches ^[0-9]+$", 3, 0),
        CheckCount("body contains last", 3, 0),
        CheckCount('body matches "id": "l.st"', 3, 0),
        CheckCount("cookie cart is 18", 0, 3),
        CheckCount("json $.state is unpaid", 0, 3),
    )
    assert result.iterations_cut_short == 3
    assert not any("/never" in request for request in sent(state))
    assert result.ending is Ending.COMPLETE


def test_ends_an_iteration_whose_value_is_not_there_and_says_which() -> None:
    steps = (get("/products", name="list", take={"coupon": json_value("$.coupon")}), get("/{coupon}"))
    with server(shop) as state:
        result = run_flow(state, *steps, iterations=2)
    assert result.checks == (CheckCount("list: coupon is there", 0, 2),)
    assert (result.answered, result.iterations_cut_short) == (2, 2)


@pytest.mark.parametrize(("cookies", "expected"), [("ignored", 0), ("iteration", 2), ("user", 3)])
def test_sends_cookies_back_for_as_long_as_it_is_told(cookies: str, expected: int) -> None:
    steps = (get("/products"), get("/order"))
    with server(shop) as state:
        run_flow(state, *steps, iterations=2, cookies=cookies)
    assert sum("\r\nCookie: cart=17\r\n" in request for request in sent(state)) == expected


def test_gives_each_iteration_a_row_and_ends_where_all_rows_are_used() -> None:
    data = Data(name="users.csv", columns=("name",), rows=(("ann",), ("bob",), ("cid",)), order="unique")
    with server(shop) as state:
        result = run_flow(state, get("/{name}"), executor=SharedIterations(2, 100), data=(data,))
    paths = sorted(request.split()[1] for request in sent(state))
    assert paths == ["/ann", "/bob", "/cid"]
    assert result.ending is Ending.STOPPED
    assert "users.csv" in result.explanation


def test_repeats_rows_in_their_order_or_draws_them() -> None:
    rows = (("0",), ("1",))
    in_order = Data(name="a", columns=("turn",), rows=rows)
    at_random = Data(name="b", columns=("drawn",), rows=rows, order="random")
    with server(shop) as state:
        run_flow(state, get("/{turn}/{drawn}"), iterations=40, data=(in_order, at_random))
    paths = [request.split()[1].split("/") for request in sent(state)]
    assert [turn for _, turn, _ in paths] == ["0", "1"] * 20
    assert len({drawn for _, _, drawn in paths}) == 2


def test_makes_numbers_and_uuids() -> None:
    with server(shop) as state:
        run_flow(state, get("/{user}/{iteration}/{uuid}"), executor=PerUserIterations(2, 5))
    parts = [request.split()[1].split("/")[1:] for request in sent(state)]
    assert Counter(user for user, _, _ in parts) == {"0": 5, "1": 5}
    assert sorted(int(iteration) for _, iteration, _ in parts) == list(range(10))
    uuids = {uuid for _, _, uuid in parts}
    assert len(uuids) == 10
    version_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(version_4.fullmatch(uuid) for uuid in uuids)


def test_pauses_between_steps_in_both_models() -> None:
    steps = (get("/a", pause=0.2), get("/b"))
    with server(shop) as state:
        closed = run_flow(state, *steps, iterations=2)
        opened = run_flow(state, *steps, executor=ConstantArrivalRate(10, 0.5), connections=20)
    assert closed.elapsed_seconds >= 0.4
    assert (closed.answered, opened.answered, opened.intended) == (4, 10, 5)
    for result in (closed, opened):
        assert result.iterations is not None
        assert result.iterations.minimum >= 0.199


def test_chooses_flows_by_weight() -> None:
    flows = (Flow(name="often", steps=(get("/often"),), weight=3), Flow(name="seldom", steps=(get("/seldom"),)))
    with server(shop) as state:
        run(LoadTest(target=state.url, executor=SharedIterations(1, 60), flows=flows, seed=3))
    counts = Counter(request.split()[1] for request in sent(state))
    assert 0 < counts["/seldom"] < counts["/often"]


def test_sends_no_value_that_would_become_another_header() -> None:
    data = Data(name="bad", columns=("value",), rows=(("a\r\nX-Evil: 1",), ("fine",)))
    with server(shop) as state:
        result = run_flow(state, get("/", headers={"X": "{value}"}), iterations=4, data=(data,))
    assert result.failures == {"unsendable": 2}
    assert not any("Evil" in request for request in sent(state))


@pytest.mark.parametrize(
    ("steps", "complaint", "hint"),
    [
        ((get("/{prduct}"),), r"uses \{prduct\}", "known here are: iteration, user, uuid"),
        ((get("/", take={"product": header("a")}), get("/{prduct}")), r"uses \{prduct\}", "did you mean {product}?"),
        ((get("/{product}", take={"product": header("a")}),), r"uses \{product\}", None),
        ((get("/", take={"a": json_value("$.a[")}),), r"JSON path .* a \[ is not closed", None),
        ((get("/", take={"a": body("(")}),), "regular expression", None),
        ((get("no-slash"),), "a path begins with /", None),
        ((get("/", headers={"Content-Length": "1"}),), "derived from the body", None),
        ((Step(name="x", method="GET /"),), "no method", None),
        ((Step(name="x", pause=ThinkTime(0, 4000)),), "makes no sense", None),
    ],
)
def test_refuses_flows_that_make_no_sense(steps: tuple[Step, ...], complaint: str, hint: str | None) -> None:
    test = LoadTest(target="http://127.0.0.1:9", executor=SharedIterations(1, 1), flows=(Flow(name="f", steps=steps),))
    with pytest.raises(LoadTestError, match=complaint) as raised:
        run(test)
    assert hint is None or raised.value.hint == hint


def test_refuses_two_values_of_one_name_and_flows_beside_a_mix() -> None:
    data = Data(name="a", columns=("user",), rows=(("x",),))
    test = LoadTest(
        target="http://127.0.0.1:9",
        executor=SharedIterations(1, 1),
        flows=(Flow(name="f", steps=(get("/"),)),),
        data=(data,),
    )
    with pytest.raises(LoadTestError, match="two values") as raised:
        run(test)
    assert raised.value.hint == "rename the column user"
    with pytest.raises(ValueError, match="without a request"):
        LoadTest(target="http://127.0.0.1:9", executor=SharedIterations(1, 1))


def test_names_checks_as_it_is_told() -> None:
    check: Check = Selector("json", "$.a").exists().named("has a")
    assert check.name == "has a"
    with pytest.raises(ValueError, match="compared with nothing else"):
        body("a").equals("b")
