"""What services used during a test: sampled from /proc and from their own metrics, aligned in time with the load.

with sampling(watched_services(system)) as sampler:
    ...  # the load test
use = sampler.result()
"""

from assay.bench.resources.measures import MachineMeasure, ProcessMeasure
from assay.bench.resources.sampler import Sampler, sampling
from assay.bench.resources.use import (
    MetricSeries,
    Peer,
    ProcessUse,
    ResourceUse,
    SamplerCost,
    ServiceUse,
    Summary,
    summary_of,
)
from assay.bench.resources.watched import Watched, watched_services

__all__ = [
    "MachineMeasure",
    "MetricSeries",
    "Peer",
    "ProcessMeasure",
    "ProcessUse",
    "ResourceUse",
    "Sampler",
    "SamplerCost",
    "ServiceUse",
    "Summary",
    "Watched",
    "sampling",
    "summary_of",
    "watched_services",
]
