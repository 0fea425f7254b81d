"""What an analysis of bottlenecks says, in English."""

from assay.texts.bottleneck_catalogue import BottleneckTexts

__all__ = ["BOTTLENECK_ENGLISH"]

BOTTLENECK_ENGLISH: BottleneckTexts = {
    "verdicts": {
        "found": "{resource}",
        "inferred": "{resource}, as far as can be inferred",
        "not-saturated": "nothing is used up: the load of {rate:,.0f} requests/s was carried",
        "unknown": "what limits it at {rate:,.0f} requests/s is unknown: nothing that was looked at is used up",
    },
    "resources": {
        "cpu": "{service} has no processor time left",
        "cpu-quota": "{service} uses up the quota of CPU that its control group sets",
        "machine-cpu": "the machine has no processor time left",
        "lock": "requests wait for a lock in {service}",
        "pool": "requests wait for a place in a pool of {service}",
        "disk": "{service} waits for the disk",
        "repeated-work": "{service} does the same work again and again: a cache is missing",
        "memory": "the machine is short of memory",
        "descriptors": "{service} has nearly no descriptors left",
        "accept-queue": "connections wait to be accepted by {service}",
        "generator": "the load generator is at its limit, not the system",
    },
    "facts": {
        "busiest_thread": "it kept a core busy {ran:.0%} of the time, and wanted one {wants:.0%} of it",
        "gil": "one of its {threads:.0f} threads held the GIL {share:.0%} of the time",
        "hot_function": "{function} has {share:.0%} of its time on the processor",
        "cache_misses": "of {rate:,.0f} questions/s to its cache {cache}, {misses:.0%} missed",
        "repeated_calls": "each request calls {service} {calls:.1f} times; each came {repetition:,.0f} times",
        "throttled": "it was held back {share:.0%} of the time, with a quota of {quota} cores",
        "descriptors": "{share:.0%} of its descriptors were open",
        "waits_for_disk": "it spent {share:.0%} of the time waiting for writes, by its own metrics",
        "threads_on_disk": "{threads:.2f} of its threads waited for the disk in the mean",
        "written": "it wrote {bytes:,.0f} bytes/s",
        "threads_at_disk": "{threads:.2f} threads stood at {place}: {text}",
        "pool": "{in_use:.1f} of {size:.0f} places of {pool} were taken, and {waiting:.1f} requests waited for one",
        "waits_for_lock": "{waiting:.1f} of {in_flight:.1f} requests waited for a lock in the mean, by its metrics",
        "waits_for_pool": "{waiting:.1f} of {in_flight:.1f} requests waited for a place in the mean, by its metrics",
        "threads_at_lock": "{threads:.1f} threads stood at {place}: {text}",
        "threads_at_pool": "{threads:.1f} threads stood at {place}: {text}",
        "in_service": "{in_flight:.1f} of {whole:.1f} requests were there in the mean",
        "places": (
            "a request takes {alone:.4f} s alone, and no more than {rate:,.0f} requests/s get through with "
            "{in_flight:.1f} under way: about {places:.1f} at a time, and no thread is busy above {busiest:.0%}"
        ),
        "machine_busy": "{busy:.2f} of {cores:.0f} cores were busy in the mean",
        "memory_pressure": "something waited for memory {share:.0%} of the time",
        "generator_limit": "{tool} says: {limit}",
    },
    "kinds": {"code": "code", "system": "system", "cache": "cache"},
    "advice": {
        "faster_function": "make {function} faster: it has {share:.0%} of the time of {service} on the processor",
        "more_processes": "run more processes of {service}: {cores:.1f} cores are idle, and one process uses but one",
        "cache_answers": "let the answers of {service} be remembered: each request came {repetition:,.0f} times",
        "use_cache": "let the cache {cache} of {service} remember: {misses:.0%} of {rate:,.0f} questions/s missed",
        "raise_quota": "raise the quota of CPU of {service}, or give it less to do",
        "shorten_lock": "hold the lock in {service} for less time, or have one for each thing that is protected",
        "shorten_lock_at": "hold the lock at {place} for less time, or have one for each thing that is protected",
        "larger_pool": "enlarge the pool of {service}: no thread of the services behind it is busy above {busiest:.0%}",
        "hold_shorter": "have {service} give places of its pool back earlier",
        "fewer_writes": "have {service} write less, or write for several requests at once (group commit)",
        "faster_disk": "give {service} a faster disk, or one of its own",
        "raise_descriptors": "raise the limit of open descriptors of {service} (ulimit -n), after looking for a leak",
        "more_cores": "give the machine more cores, or move services to another one",
        "stronger_generator": "give {tool} more threads or another machine before judging the system",
        "more_memory": "give the machine more memory, or its services less to keep",
        "longer_queue": "let {service} accept faster, or lengthen its queue (backlog, net.core.somaxconn)",
    },
    "little": {
        "consistent": "Little's law holds: {rate:,.0f}/s, {latency:.4f} s each, are {in_flight:.1f} at a time, as seen",
        "waiting-outside": (
            "by Little's law {in_flight:.1f} requests are under way ({rate:,.0f}/s, {latency:.4f} s each); {seen:.1f} "
            "were seen in the service: the others wait before it, in its accept queue, the network or the generator"
        ),
        "idle": "by Little's law {in_flight:.1f} requests are under way on {seen:.1f} connections: the rest is idle",
        "unknown": "by Little's law {in_flight:.1f} requests are under way ({rate:,.0f}/s, {latency:.4f} s each)",
    },
    "scalability": (
        "scalability law: {one:,.0f} requests/s of one, contention {contention:.3f} ({contention_low:.3f} to "
        "{contention_high:.3f}), coherence {coherence:.5f} ({coherence_low:.5f} to {coherence_high:.5f})"
    ),
    "scalability_peak": "most, {largest:,.0f} requests/s, at {peak:.0f} requests at a time",
    "scalability_levels_off": "it levels off at {largest:,.0f} requests/s",
    "scalability_grows": "no limit is in sight",
    "slow": "among the slowest: {endpoint}, {seconds:.3f} s, ended with {end}, trace {trace}",
    "slow_span": "{own:.3f} s of it were spent in {service}, in {name}",
    "caveats": {
        "nothing_answered": "nothing was answered, so nothing can be said",
        "generator_limit": "{tool} was at a limit of its own: {limit}",
        "died": "{service} died during the test",
        "not_watched": "nobody watched what the services used",
        "others_busy": "processes that have no part in the test kept {cores:.1f} cores busy: that shows",
        "few_rates": "the law of scalability needs four different rates or more",
        "partial": "the test ended before its time: {explanation}",
    },
    "nobody": "the system",
    "joint": "; ",
    "colon": ": ",
}
