"""What `assay verify` says of itself. Not in the catalogue: loading that takes longer than checking a small model."""

from typing import TypedDict

__all__ = ["VERIFY_TEXTS", "VerifyTexts"]


class VerifyTexts(TypedDict):
    """One language."""

    verify_help: str
    examples: str
    group_model: str
    group_search: str
    group_mutation: str
    group_traces: str
    group_output: str
    paths: str
    config: str
    constant: str
    model_value: str
    init: str
    next: str
    spec: str
    invariant: str
    property: str
    constraint: str
    deadlock: str
    library: str
    engine: str
    tlc_jar: str
    workers: str
    memory: str
    continue_: str
    max_states: str
    max_depth: str
    timeout: str
    simulate: str
    depth: str
    walks: str
    seed: str
    checkpoint: str
    checkpoint_every: str
    resume: str
    parse_only: str
    changed: str
    mutate: str
    min_kill: str
    sample: str
    mutant_timeout: str
    explain: str
    eval: str
    replay: str
    interactive: str
    format: str
    json: str
    output: str
    graph: str
    coverage: str
    profile: str
    verbose: str
    progress: str
    checking_properties: str
    preparing: str
    stopping: str
    summary: str
    not_begun: str
    agrees: str
    differs: str
    not_compared: str
    no_configuration: str
    mutants_progress: str
    too_few_killed: str
    nothing_killed: str


VERIFY_TEXTS: VerifyTexts = {
    "verify_help": (
        "Check a TLA+ specification: every state that it can reach, or random walks with --simulate.\n\n"
        "SPEC is a .tla file, which is checked with the .cfg of its name beside it (or as MCSpec.tla with MCSpec.cfg), "
        "a .cfg file, or a folder, which stands for every model in it. Ends with TLC's exit codes: 0 nothing found, "
        "10 assumption, 11 deadlock, 12 invariant, 14 Assert, 75 and 76 evaluation, 150 specification, "
        "151 configuration; and with 3 where a limit was reached first, 130 after Ctrl-C."
    ),
    "examples": (
        "examples:\n"
        "  assay verify Lock.tla                                    with Lock.cfg\n"
        "  assay verify Lock.tla --config Small.cfg --config Large.cfg\n"
        "  assay verify Lock.tla --init Init --next Next --invariant Mutex --constant N=3 \\\n"
        "      --constant 'Servers={s1, s2}'                        without a .cfg\n"
        "  assay verify specs/ --timeout 10m                        every model in a folder\n"
        "  assay verify Raft.tla --simulate --depth 200 --walks 1000 --seed 7\n"
        "  assay verify Lock.tla --engine both                      does TLC say the same?\n"
        "  assay verify --changed $(git diff --name-only)           what a change may have broken\n"
        "  assay verify Lock.tla --mutate --min-kill 90%            would its properties notice a mistake?\n"
        "  assay verify Lock.tla --explain --eval 'Len(queue)'      why it is violated, and a value in each state\n"
        "  assay verify Lock.tla --replay trace.itf.json            can the specification do this?\n"
        "  assay verify Lock.tla --interactive                      step through it by hand\n"
        "  assay verify Lock.tla --format itf --output trace.itf.json"
    ),
    "group_model": "the model, in place of what the .cfg says",
    "group_search": "how it is checked",
    "group_mutation": "whether its properties would notice mistakes",
    "group_traces": "counterexamples",
    "group_output": "what is shown",
    "paths": "what to check; several are checked side by side",
    "config": "the model's .cfg; may be repeated",
    "constant": "a constant's value, such as N=3 or 'S={a, b}', or a replacement, such as 'Op<-Other'; may be repeated",
    "model_value": "a constant that is a model value of its own name; may be repeated",
    "init": "the initial predicate",
    "next": "the next-state relation",
    "spec": "the temporal formula that says both, such as Spec",
    "invariant": "an invariant; may be repeated",
    "property": "a temporal property; may be repeated",
    "constraint": "a state constraint; may be repeated",
    "deadlock": "whether a state without successors is a violation",
    "library": "a folder with further modules; may be repeated",
    "engine": "what checks: Assay itself, TLC (which needs Java and tla2tools.jar), or both, compared",
    "tlc_jar": "tla2tools.jar; ASSAY_TLA2TOOLS, or one at a usual place, where it is not given",
    "workers": "threads; all cores where it is not given, shared among the models",
    "memory": "what may be held in memory before states go to disk",
    "continue_": "go on after a violation",
    "max_states": "give up after this many distinct states",
    "max_depth": "look no further than this many steps",
    "timeout": "give up after this time",
    "simulate": "walk at random instead of checking every state",
    "depth": "with --simulate: states of a walk, 100 where it is not given",
    "walks": "with --simulate: how many; without end where it is not given",
    "seed": "of what is random, to repeat it",
    "checkpoint": "write down now and then how far the check is",
    "checkpoint_every": "how often, ten minutes where it is not given",
    "resume": "go on from what is in the folder of --checkpoint",
    "changed": (
        "the files are some that changed: check every model beside them that uses one of them, and only read modules "
        "that no model uses"
    ),
    "parse_only": "only read the specification and its model",
    "mutate": (
        "drop or weaken one guard, branch, assignment or fairness condition at a time, and show which such mutants no "
        "property notices"
    ),
    "min_kill": "end with code 1 where a smaller share of the mutants is noticed",
    "sample": "try only so many mutants, chosen at random with --seed",
    "mutant_timeout": "give a mutant up after this time; twenty times what the original takes where it is not given",
    "explain": "say why the last state is what it is: which part of the invariant is false, which guards fail",
    "eval": "evaluate this on each state of a counterexample, with primes on each step; may be repeated",
    "replay": "compare this trace, in JSON or ITF, with the specification, and test the invariants on its states",
    "interactive": "take steps one by one: shows each state and what can happen in it, and reads commands",
    "format": "text for people, json for programs, the counterexample as itf, tla or dot, annotations for github",
    "json": "the same as --format json",
    "output": "write to this file instead of the terminal",
    "graph": "with --format dot or json: the state graph, of at most this many states",
    "coverage": "show how often each action was taken and each expression evaluated",
    "profile": "show where the time goes: by action, invariant and whatever else is done, and by expression",
    "verbose": "repeat in each state of a counterexample what did not change",
    "checking_properties": "{name}: checking temporal properties on all {distinct:,} states, after {seconds:.0f} s",
    "progress": "{name}: {distinct:,} distinct states, {rate:,.0f} per second, {queue:,} waiting, depth {depth}",
    "preparing": "{name}: evaluating constants and assumptions",
    "stopping": "stopping; once more Ctrl-C ends at once",
    "not_begun": "not begun: {models}",
    "agrees": "TLC agrees: {verdict}, {distinct:,} distinct states, {seconds:.2f} s",
    "differs": "TLC differs in {text}",
    "not_compared": "TLC was not compared: {message}",
    "no_configuration": "TLC needs a .cfg file, and {specification} has none",
    "mutants_progress": "{name}: {done} of {of} mutants, {killed} noticed, {alive} not",
    "too_few_killed": "{name}: {killed:.1%} of the mutants were noticed, less than the {wanted:.1%} of --min-kill",
    "nothing_killed": "{name}: no mutant differs from the original, so --min-kill says nothing",
    "summary": "{models} models: {outcomes}",
}
"""In English."""
