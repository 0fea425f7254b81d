"""Outputs as TLC writes them with `-tool`.

They are written by hand after `tlc2/output/MP.java`, `EC.java` and `StatePrinter.java` in TLC's sources; no TLC was run
for them. Chapter 21 says so, too.
"""

__all__ = ["ASSERTION", "DEADLOCK", "INITIAL", "INVARIANT", "LASSO", "PARSE_ERROR", "SUCCESS", "message"]


def message(code: int, severity: int, text: str) -> str:
    """One message between its marks."""
    return f"@!@!@STARTMSG {code}:{severity} @!@!@\n{text}\n@!@!@ENDMSG {code} @!@!@\n"


def _begun(initial: str = "1 distinct state generated") -> str:
    return "".join(
        [
            message(2262, 0, "TLC2 Version 2.20 of Day Month 20??"),
            message(
                2187,
                0,
                "Running breadth-first search Model-Checking with fp 1 and seed 0 with 1 worker on 2 cores with 5MB"
                " heap and 64MB offheap memory (Linux 6.1 amd64, Debian 17 x86_64, MSBDiskFPSet, DiskStateQueue).",
            ),
            message(2220, 0, "Starting SANY..."),
            "Parsing file /specifications/Counter.tla\nSemantic processing of module Counter\n",
            message(2219, 0, "SANY finished."),
            message(2185, 0, "Starting... (2025-01-02 03:04:05)"),
            message(2189, 0, "Computing initial states..."),
            message(2190, 0, f"Finished computing initial states: {initial} at 2025-01-02 03:04:05."),
        ]
    )


def _ended(generated: str, distinct: str, queue: str, depth: str) -> str:
    return "".join(
        [
            message(
                2199,
                0,
                f"{generated} states generated, {distinct} distinct states found, {queue} states left on queue.",
            ),
            message(2194, 0, f"The depth of the complete state graph search is {depth}."),
            message(2186, 0, "Finished in 00s at (2025-01-02 03:04:05)"),
        ]
    )


SUCCESS = "".join(
    [
        _begun(),
        '"printed by the specification"\n',
        message(
            2200,
            0,
            "Progress(3) at 2025-01-02 03:04:05: 1,204 states generated (1,204 s/min), 1,001 distinct states found"
            " (1,001 ds/min), 12 states left on queue.",
        ),
        message(
            2193,
            0,
            "Model checking completed. No error has been found.\n"
            "  Estimates of the probability that TLC did not check all reachable states\n"
            "  because two distinct states had the same fingerprint:\n"
            "  calculated (optimistic):  val = 3.8E-19\n"
            "  based on the actual fingerprints:  val = 1.1E-18",
        ),
        message(2199, 0, "4 states generated, 3 distinct states found, 0 states left on queue."),
        message(2194, 0, "The depth of the complete state graph search is 3."),
        message(
            2268,
            0,
            "The average outdegree of the complete state graph is 1 (minimum is 0, the maximum 1 and the 95th"
            " percentile is 1).",
        ),
        message(2186, 0, "Finished in 00s at (2025-01-02 03:04:05)"),
    ]
)

INVARIANT = "".join(
    [
        _begun(),
        message(2110, 1, "Invariant Small is violated."),
        message(2121, 1, "The behavior up to this point is:"),
        message(2217, 4, "1: <Initial predicate>\n/\\ count = 0\n/\\ log = <<>>\n"),
        message(
            2217,
            4,
            "2: <Add(1) line 7, col 8 to line 9, col 20 of module Counter>\n"
            '/\\ count = 1\n/\\ log = << [by |-> "a",\n      what |-> {1, 2}] >>\n',
        ),
        _ended("2", "2", "1", "2"),
    ]
)

INITIAL = "".join(
    [
        _begun(),
        message(2107, 1, "Invariant Small is violated by the initial state:\n/\\ count = 5\n/\\ log = <<>>\n"),
        _ended("1", "1", "0", "1"),
    ]
)

DEADLOCK = "".join(
    [
        _begun(),
        message(2114, 1, "Deadlock reached."),
        message(2121, 1, "The behavior up to this point is:"),
        message(2217, 4, "1: <Initial predicate>\ncount = 0\n"),
        message(2217, 4, "2: <Next line 7, col 8 to line 9, col 20 of module Counter>\ncount = 1\n"),
        _ended("3", "2", "0", "2"),
    ]
)

LASSO = "".join(
    [
        _begun(),
        message(
            2192, 0, "Checking temporal properties for the complete state space with 2 total distinct states at (..)"
        ),
        message(2116, 1, "Temporal property Served was violated.\n"),
        message(2264, 1, "The following behavior constitutes a counter-example:\n"),
        message(2217, 4, "1: <Initial predicate>\ncount = 0\n"),
        message(2217, 4, "2: <Next line 7, col 8 to line 9, col 20 of module Counter>\ncount = 1\n"),
        message(2122, 4, "1: Back to state: <Next line 7, col 8 to line 9, col 20 of module Counter>\n"),
        _ended("3", "2", "0", "2"),
    ]
)

ASSERTION = "".join(
    [
        _begun(),
        message(
            2132, 1, 'The first argument of Assert evaluated to FALSE; the second argument was:\n"count is too large"'
        ),
        message(2121, 1, "The behavior up to this point is:"),
        message(2217, 4, "1: <Initial predicate>\ncount = 0\n"),
        message(
            2103,
            1,
            "The error occurred when TLC was evaluating the nested\nexpressions at the following positions:\n"
            "0. Line 8, column 8 to line 8, column 30 in Counter\n",
        ),
        _ended("1", "1", "0", "1"),
    ]
)

PARSE_ERROR = "".join(
    [
        message(2262, 0, "TLC2 Version 2.20 of Day Month 20??"),
        message(2220, 0, "Starting SANY..."),
        "Parsing file /specifications/Counter.tla\n***Parse Error***\n",
        'Was expecting "==== or more Module body"\nEncountered "(" at line 6, column 14 and token "=="\n',
        message(3002, 1, "Parsing or semantic analysis failed."),
        message(2219, 0, "SANY finished."),
    ]
)
