"""A Workload API of tests, with registries for the process of the test itself."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from assay.trust.workloads.authority import Authority
from assay.trust.workloads.lifetimes import Lifetimes
from assay.trust.workloads.registration import Registry
from assay.trust.workloads.spiffe_id import TrustDomain
from assay.trust.workloads.workload_api.identities import Identities
from assay.trust.workloads.workload_api.server import WorkloadApiServer
from tests.trust.workloads.authorities import SHOP


class Serving(NamedTuple):
    server: WorkloadApiServer
    identities: Identities


def registry(
    *selectors: str, federates_with: tuple[str, ...] = (), path: str = "/catalog", trust_domain: TrustDomain = SHOP
) -> Registry:
    wanted = selectors or (f"uid:{os.geteuid()}",)
    return Registry.parse(
        f'trust_domain = "{trust_domain}"\n[[workload]]\npath = "{path}"\n'
        f"selectors = {json.dumps(wanted)}\nfederates_with = {json.dumps(federates_with)}\n"
    )


@contextmanager
def serving(folder: Path, entries: Registry | None = None, lifetimes: Lifetimes | None = None) -> Iterator[Serving]:
    entries = entries or registry()
    folder.mkdir(exist_ok=True)
    with Authority(folder / "authority", entries.trust_domain, lifetimes) as ours:
        identities = Identities(ours, entries)
        with WorkloadApiServer(folder / "socket", identities) as server:
            yield Serving(server, identities)
