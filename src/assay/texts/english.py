"""English."""

from assay.texts.catalogue import Texts
from assay.texts.report_english import REPORT_ENGLISH
from assay.texts.system_english import SYSTEM_ENGLISH

__all__ = ["ENGLISH"]

ENGLISH: Texts = {
    "assay_help": "Is this system of services correct, fast and safe? Answered with evidence.",
    "run_help": (
        "Run the tasks there are for a system and keep the evidence.\n\n"
        "TARGET is `all`, a group such as `formal-verification`, or `help`, which lists groups and tasks. "
        "The system is the one that assay.toml describes, else the one that ships with Assay."
    ),
    "verify_summary": "Check a TLA+ specification. Ends with TLC's exit codes; `assay verify --help` says more.",
    "run_names_help": "What to run; with --resume also the run to continue, by its name or the beginning of it.",
    "resume_help": "Continue the latest run, or the one named: finished tasks are kept if their inputs are the same.",
    "json_help": "Print one JSON document instead of text.",
    "jobs_help": "How many cores to keep busy; all there are where this is not given.",
    "config_help": "The description of the system, in place of the assay.toml here or above.",
    "seed_help": "The seed of all that is random, to repeat a run.",
    "init_help": "Write a commented assay.toml for the system in this folder.",
    "force_help": "Write it even if there is one.",
    "doctor_install_help": "Print the commands that install the load generators that are missing.",
    "doctor_yes_help": "With --install: run them.",
    "report_help": "Show a run, verify it, compare it with another.",
    "report_show_help": "Show a run. Prints every claim, the score with its coverage, and where the full report is.",
    "report_verify_help": (
        "Check that a run is as it was recorded. "
        "Hashes every file of evidence again, derives the score again, makes the reports again. "
        "Ends with 0 where all is the same, with 1 where anything is not."
    ),
    "report_compare_help": (
        "Compare two runs. Ends with 0 where nothing got worse, with 1 where something did, "
        "with 3 where the runs do not compare."
    ),
    "report_run_help": "A run by its name, the beginning of it, or its folder; the latest where none is named.",
    "report_base_help": "The run to compare with, named as RUN is.",
    "report_format_help": "What to print.",
    "doctor_help": "Say what is installed, and what each is needed for.",
    "version_help": "Print the version.",
    "run_begins": "run {run} of {system}; tasks: {tasks}, cores: {cores}, seed: {seed}",
    "run_resumes": "run {run} of {system} goes on; tasks: {tasks}, cores: {cores}, seed: {seed}",
    "task_started": "started   {task}",
    "task_progress": "running   {task}: {progress}",
    "task_finished": "finished  {task} in {seconds:.1f} s, claims: {claims}",
    "task_failed": "failed    {task}: {message}",
    "task_not_run": "not run   {task}: {reason}",
    "task_reused": "kept      {task}, its inputs are unchanged",
    "stopping": "stopping; once more Ctrl-C ends at once",
    "interrupted": "interrupted; `assay run --resume {run}` goes on from here",
    "tasks_done": "tasks",
    "help_title": "{system} ({source})",
    "help_all": "every task below that is about your system",
    "help_no_task": "(no task in this version of Assay)",
    "help_needs": "needs {needs}",
    "areas": {
        "formal-verification": "are the coordination protocols correct in every interleaving?",
        "performance": "how fast is it, how much does it take, and what limits it?",
        "security": "who can do what, and do attacks fail?",
        "observability": "can one see what happens, and is one told in time?",
        "chaos": "what happens when parts of it fail?",
    },
    "report": REPORT_ENGLISH,
    "system": SYSTEM_ENGLISH,
    "init_written": "wrote {path}",
    "init_found": "it checks {specifications}; `assay run all` does that",
    "init_found_none": "no specification with a .cfg beside it was found; name yours there, or protocols that ship",
    "doctor_python": "runs Assay",
    "doctor_native": "the compiled half: parses and checks specifications",
    "doctor_cores": "more of them check faster and run more tasks side by side",
    "doctor_memory": "bounds how many states are held before they go to disk",
    "doctor_disk": "runs are kept in .assay/runs",
    "doctor_system": "what `assay run all` is about",
    "doctor_java": "optional: only to compare Assay with TLC",
    "doctor_tlc": "optional: TLC, for `assay verify --engine both`; ASSAY_TLA2TOOLS names it",
    "doctor_chromium": "optional: only to test the HTML report in a browser",
    "doctor_cargo": "optional: only to build Assay from its source",
    "doctor_good": "everything that is needed is there",
    "doctor_bad": "something that is needed is missing or wrong",
    "doctor_not_found": "not found",
    "doctor_bundled": "the one that ships with Assay; `assay init` describes yours",
}
