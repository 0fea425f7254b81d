"""What `assay init` writes, in English: the comments are its documentation."""

__all__ = ["ASSAY_TOML", "EXAMPLE_SPECIFICATION", "FOUND_SPECIFICATION"]

ASSAY_TOML = """\
# What Assay knows of this system. `assay run help` lists what it can find out about it, `assay run all` does it.
# Paths are relative to this file. Keys that are commented out show what is assumed without them.

[system]
# Lower-case words joined by hyphens. Runs are compared with runs of the same system only.
name = "{system}"

# One entry for each service: one process. `assay system up` starts them, `down` stops them, `status` watches them.
# [[service]]
# name = "orders"
# url = "http://localhost:8080"    # its base; tcp://host:port where it does not speak HTTP
# start = "python -m orders"       # split as a shell does, but without one; leave it out if something else starts it
# folder = "."                     # where it is started
# environment = {{ LOG_LEVEL = "info" }}  # on top of the environment that Assay has
# secrets = []                     # variables never shown, besides those such as PASSWORD, TOKEN or API_KEY
# health = "/readyz"               # the path that answers with 2xx when it is ready; "tcp": it accepts connections
# needs = []                       # services that are ready before it is started
# ready-seconds = 30               # how long it may take to become ready
# stop-signal = "TERM"
# stop-seconds = 10                # how long it may take to stop before it is killed

[formal-verification]
# Of the protocols that ship with Assay, those that this system uses:
# "lock" (leases and fencing tokens), "two-phase-commit", "saga" (compensations), "outbox" (events, published once),
# "raft", "discovery" (registry and heartbeats), "leader-lease" (election by lease), "circuit-breaker".
protocols = []
# Threads for one check. More checks run side by side as well, so 1 is right where there are many of them.
# workers = 1
# Where a check gives up: what it has not decided by then is unknown, and unknown never counts as holds.
# limits = {{ seconds = 600, states = 50_000_000 }}

# A protocol that ships with Assay, with the sizes of this system; its chapter lists the parameters.
# [[formal-verification.spec]]
# spec = "lock"
# name = "order-lock"              # that of the protocol where it is not given
# clients = 3

# Your own TLA+ specifications, one entry each.
{specifications}
# How fast it is: `assay bench` runs these tests, `assay run performance` makes claims of them. There are five designs:
# load, stress (where does it break), spike (how long until it recovers), soak (what grows), capacity (within an SLO).
# [[performance.test]]
# name = "orders-load"
# design = "load"
# target = "orders"                # a service, which is started for it, or an address such as "http://localhost:8080"
# path = "/orders"                 # or requests = [{{ path = "/orders", weight = 3 }}, ...], or scenario = "orders.py"
# rate = 50                        # requests per second, by the clock; or users = 20, each one request after the other
# seconds = 30
# thresholds = ["http_req_duration: p(99)<250", "http_req_failed: rate<1%"]  # as k6 writes them
# protocol = "http1"               # "http2" or "grpc" with streams = 8, "websocket"
# tls = {{ insecure = false }}       # of https targets; ca-file = "ca.pem" names the authorities to trust
# traces = true                    # each request begins a trace (traceparent), by which slow ones are found
# severity = "medium"              # what a violation would cost

# [[performance.test]]
# name = "orders-capacity"
# design = "capacity"
# target = "orders"
# path = "/orders"
# from-rate = 10                   # where the search begins
# to-rate = 5000                   # where it ends
# slo = ["http_req_duration: p(95)<250"]
"""

FOUND_SPECIFICATION = """\
[[formal-verification.spec]]
name = "{name}"
path = {path}
# configs = ["Other.cfg"]          # its models; the .cfg beside the specification where none is named
# expect = "holds"                 # "violated" for a deliberately broken variant that must be caught
# severity = "high"                # what a violation would cost: "critical", "high", "medium" or "low"
"""

EXAMPLE_SPECIFICATION = """\
# [[formal-verification.spec]]
# path = "specs/OrderSaga.tla"
# name = "order-saga"              # made from the file's name where it is not given
# configs = ["specs/OrderSaga.cfg"]  # its models; the .cfg beside the specification where none is named
# expect = "holds"                 # "violated" for a deliberately broken variant that must be caught
# severity = "high"                # what a violation would cost: "critical", "high", "medium" or "low"
# workers = 1
# limits = {{ seconds = 60 }}
""".replace("{{", "{").replace("}}", "}")
