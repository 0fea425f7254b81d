from assay.bench.resources.exposition import Sample, read_exposition

TEXT = r"""
# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{route="/items/{item}",method="GET"} 12
requests_total{method="PO\"ST",route="a\\b\nc"} 3 1700000000000
# TYPE shop_request_seconds histogram
shop_request_seconds_sum{route="/"} 1.5e-1
shop_request_seconds_count{route="/"} 4
# TYPE depth gauge
depth -2
unknown_series 7
"""


def test_reads_names_labels_values_and_kinds() -> None:
    assert list(read_exposition(TEXT)) == [
        Sample("requests_total", (("method", "GET"), ("route", "/items/{item}")), 12.0, "counter"),
        Sample("requests_total", (("method", 'PO"ST'), ("route", "a\\b\nc")), 3.0, "counter"),
        Sample("shop_request_seconds_sum", (("route", "/"),), 0.15, "histogram"),
        Sample("shop_request_seconds_count", (("route", "/"),), 4.0, "histogram"),
        Sample("depth", (), -2.0, "gauge"),
        Sample("unknown_series", (), 7.0, "untyped"),
    ]


def test_finds_the_kind_of_an_openmetrics_counter() -> None:
    (sample,) = read_exposition('# TYPE calls counter\ncalls_total{to="x"} 1.0 # {trace_id="a"} 1\n# EOF\n')
    assert (sample.name, sample.value, sample.kind) == ("calls_total", 1.0, "counter")


def test_passes_over_what_is_no_sample() -> None:
    assert (
        list(read_exposition('<html>\nname{unclosed 1\nname\nname{a="b"} word\nname NaN\n{} 1\n# TYPE\n\x00 1')) == []
    )
