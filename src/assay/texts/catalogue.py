"""The entries that every language has."""

from typing import TypedDict

from assay.texts.report_catalogue import ReportTexts
from assay.texts.system_catalogue import SystemTexts

__all__ = ["Texts"]


class Texts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    # assay --help
    assay_help: str
    run_help: str
    verify_summary: str
    run_names_help: str
    resume_help: str
    json_help: str
    jobs_help: str
    config_help: str
    seed_help: str
    init_help: str
    force_help: str
    doctor_help: str
    doctor_install_help: str
    doctor_yes_help: str
    report_help: str
    report_show_help: str
    report_verify_help: str
    report_compare_help: str
    report_run_help: str
    report_base_help: str
    report_format_help: str
    version_help: str

    # while a run goes on
    run_begins: str
    run_resumes: str
    task_started: str
    task_progress: str
    task_finished: str
    task_failed: str
    task_not_run: str
    task_reused: str
    stopping: str
    interrupted: str
    tasks_done: str

    # assay run help
    help_title: str
    help_all: str
    help_no_task: str
    help_needs: str

    # areas, by their names in `Area`
    areas: dict[str, str]

    # the reports
    report: ReportTexts

    # assay system
    system: SystemTexts

    # assay init
    init_written: str
    init_found: str
    init_found_none: str

    # assay doctor
    doctor_python: str
    doctor_native: str
    doctor_cores: str
    doctor_memory: str
    doctor_disk: str
    doctor_system: str
    doctor_java: str
    doctor_tlc: str
    doctor_chromium: str
    doctor_cargo: str
    doctor_good: str
    doctor_bad: str
    doctor_not_found: str
    doctor_bundled: str
