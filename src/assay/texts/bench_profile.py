# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay bench profile` says. Loaded only there."""

from typing import TypedDict

__all__ = ["LANGUAGES", "PROFILE_TEXTS", "ProfileTexts"]


class ProfileTexts(TypedDict):
    """One language."""

    help: str
    examples: str
    service_help: str
    seconds_help: str
    memory_help: str
    against_help: str
    output_help: str
    looking: str
    heading: str
    nothing: str
    own: str
    total: str
    gil: str
    waits: str
    wait: dict[str, str]
    """By `Wait`."""
    changes: str
    change: str
    note: str
    memory_heading: str
    allocator: str
    files: str
    doctor_profilers: dict[str, str]


_ENGLISH: ProfileTexts = {
    "help": "Shows where a running service spends its time, or its memory, and writes flame graphs.",
    "examples": (
        "assay bench profile catalog --seconds 10\n\n"
        "assay bench profile 4711 --against .assay/profiles/catalog.json\n\n"
        "assay bench profile catalog --memory"
    ),
    "service_help": "The name of a service that Assay started, or the number of a process.",
    "seconds_help": "How long to look.",
    "memory_help": "Look at what is allocated (memray) in place of what is computed.",
    "against_help": "The .json of an earlier profile: what takes a larger share now is shown, and drawn in red.",
    "output_help": "The folder for the files; without it .assay/profiles beside assay.toml.",
    "looking": "looking at {service} (process {pid}) for {seconds:.0f} s",
    "heading": "where {service} spends its time on the processor ({tool}, {samples:,} samples in {seconds:.0f} s)",
    "nothing": "it did nothing meanwhile: put it under load, for instance with `assay bench`",
    "own": "own",
    "total": "total",
    "gil": "the GIL was held {share:.0%} of the time",
    "waits": "where its threads wait",
    "wait": {
        "work": "for work",
        "lock": "for a lock",
        "pool": "for a place in a pool",
        "disk": "for the disk",
        "sleep": "asleep",
    },
    "changes": "what changed against {file}",
    "change": "{change:+.1%}  {function}  ({before:.1%} before, {after:.1%} now)",
    "note": "note: {note}",
    "memory_heading": (
        "what {service} allocated in {seconds:.0f} s: {allocated:,} bytes in {allocations:,} allocations, at most "
        "{peak:,} bytes at one time"
    ),
    "allocator": "{bytes:>14,} bytes  {place}",
    "files": "files",
    "doctor_profilers": {
        "py-spy": "optional: `assay bench profile` of services in Python",
        "perf": "optional: `assay bench profile` of other services",
        "memray": "optional: `assay bench profile --memory`",
    },
}

_CHINESE: ProfileTexts = {
    "help": "显示运行中的服务把时间或内存用在哪里，并写出火焰图。",
    "examples": (
        "assay bench profile catalog --seconds 10\n\n"
        "assay bench profile 4711 --against .assay/profiles/catalog.json\n\n"
        "assay bench profile catalog --memory"
    ),
    "service_help": "Assay 启动的服务的名称，或进程号。",
    "seconds_help": "观察多久。",
    "memory_help": "观察内存分配（memray），而不是计算。",
    "against_help": "先前剖析的 .json：显示如今占比更大的部分，并标为红色。",
    "output_help": "存放文件的文件夹；不指定时为 assay.toml 旁的 .assay/profiles。",
    "looking": "正在观察 {service}（进程 {pid}），共 {seconds:.0f} 秒",
    "heading": "{service} 把处理器时间用在哪里（{tool}，{seconds:.0f} 秒内 {samples:,} 个样本）",
    "nothing": "其间它什么也没做：请给它负载，例如用 `assay bench`",
    "own": "自身",
    "total": "总计",
    "gil": "有 {share:.0%} 的时间持有 GIL",
    "waits": "它的线程在等待什么",
    "wait": {
        "work": "等待工作",
        "lock": "等待锁",
        "pool": "等待池中的位置",
        "disk": "等待磁盘",
        "sleep": "休眠",
    },
    "changes": "与 {file} 相比有何变化",
    "change": "{change:+.1%}  {function}（先前 {before:.1%}，现在 {after:.1%}）",
    "note": "注意：{note}",
    "memory_heading": (
        "{service} 在 {seconds:.0f} 秒内的分配：{allocations:,} 次共 {allocated:,} 字节，同时最多 {peak:,} 字节"
    ),
    "allocator": "{bytes:>14,} 字节  {place}",
    "files": "文件",
    "doctor_profilers": {
        "py-spy": "可选：用于 `assay bench profile` 剖析 Python 服务",
        "perf": "可选：用于 `assay bench profile` 剖析其他服务",
        "memray": "可选：用于 `assay bench profile --memory`",
    },
}

LANGUAGES: dict[str, ProfileTexts] = {"en": _ENGLISH, "zh-Hans": _CHINESE}
"""By BCP 47 tag."""

PROFILE_TEXTS = _ENGLISH
"""The language in use."""
