# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What `assay trust ca` and `assay trust svid` say, by language. Loaded only there."""

from typing import TypedDict

__all__ = ["LANGUAGES", "WORKLOAD_TEXTS", "WorkloadTexts"]


class WorkloadTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    ca_help: str
    up_help: str
    up_examples: str
    registry_help: str
    folder_help: str
    socket_help: str
    up_line: str
    reloaded_line: str
    kept_line: str
    ended_line: str
    svid_help: str
    svid_examples: str
    address_help: str
    identity_line: str
    trusts_line: str


ENGLISH: WorkloadTexts = {
    "ca_help": "The certificate authority for workloads (SPIFFE).",
    "up_help": (
        "Gives the processes of this machine identities, over the SPIFFE Workload API, until it is interrupted. "
        "A registry that changes is taken up; one that is wrong is not, and the last one stays."
    ),
    "up_examples": (
        "assay trust ca up workloads.toml\n\nassay trust ca up workloads.toml --socket /run/shop/workloads.sock"
    ),
    "registry_help": "Which processes get which identity: a TOML file.",
    "folder_help": "Where the authority keeps its keys; made if it is not there.",
    "socket_help": "The Unix socket to listen on.",
    "up_line": "{trust_domain}: {entries} entries, {variable}={address}",
    "reloaded_line": "the registry has changed: {entries} entries",
    "kept_line": "the last registry stays in use",
    "ended_line": "ended; certificates that were given go on until they expire",
    "svid_help": "Asks the Workload API who this command is: its identities, and the trust domains it trusts.",
    "svid_examples": "SPIFFE_ENDPOINT_SOCKET=unix:///run/shop/workloads.sock assay trust svid",
    "address_help": "The address of the Workload API; that of SPIFFE_ENDPOINT_SOCKET if it is left out.",
    "identity_line": "{spiffe_id}  serial {serial}  until {until} UTC",
    "trusts_line": "trusts: {trust_domains}",
}

CHINESE: WorkloadTexts = {
    "ca_help": "工作负载的证书颁发机构（SPIFFE）。",
    "up_help": (
        "通过 SPIFFE 工作负载 API 为本机进程签发身份，直到被中断。"
        "注册表改变后会重新读取；有错误时不采用，继续使用上一份。"
    ),
    "up_examples": (
        "assay trust ca up workloads.toml\n\nassay trust ca up workloads.toml --socket /run/shop/workloads.sock"
    ),
    "registry_help": "哪些进程得到哪个身份：一个 TOML 文件。",
    "folder_help": "颁发机构保存密钥的目录；不存在时创建。",
    "socket_help": "要监听的 Unix 套接字。",
    "up_line": "{trust_domain}：{entries} 个条目，{variable}={address}",
    "reloaded_line": "注册表已改变：{entries} 个条目",
    "kept_line": "继续使用上一份注册表",
    "ended_line": "已结束；已签发的证书在到期前继续有效",
    "svid_help": "询问工作负载 API 本命令是谁：得到哪些身份，信任哪些信任域。",
    "svid_examples": "SPIFFE_ENDPOINT_SOCKET=unix:///run/shop/workloads.sock assay trust svid",
    "address_help": "工作负载 API 的地址；省略时用 SPIFFE_ENDPOINT_SOCKET。",
    "identity_line": "{spiffe_id}  序列号 {serial}  有效至 {until} UTC",
    "trusts_line": "信任：{trust_domains}",
}

LANGUAGES: dict[str, WorkloadTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag. The first is the one that is used where no other fits."""

WORKLOAD_TEXTS: WorkloadTexts = ENGLISH
"""The language in use."""
