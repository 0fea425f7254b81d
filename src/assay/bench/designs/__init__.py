"""Test designs: which load is put on a service, in which order, and what follows from what it does.

Each design is three things: settings (`assay.system.performance`), a procedure that plans, and an analysis of
`LoadResult`s that ends in findings. None of them knows a clock or a network: `assay.bench.conducting` carries out the
steps.
"""

from typing import assert_never

from assay.bench.designs import capacity, load, soak, spike, stress
from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.designs.load import LoadAnalysis
from assay.bench.designs.procedure import Finding, Measured, Observed, Procedure, Step, Track
from assay.bench.designs.soak import SoakAnalysis
from assay.bench.designs.spike import SpikeAnalysis
from assay.bench.designs.stress import StressAnalysis
from assay.bench.load_test import LoadTest
from assay.bench.thresholds import Threshold
from assay.system.performance import CapacitySettings, LoadSettings, SoakSettings, SpikeSettings, StressSettings

__all__ = [
    "Analysis",
    "Finding",
    "Measured",
    "Observed",
    "Procedure",
    "Settings",
    "Step",
    "Track",
    "findings_of",
    "procedure_of",
]

Settings = LoadSettings | StressSettings | SpikeSettings | SoakSettings | CapacitySettings
Analysis = LoadAnalysis | StressAnalysis | SpikeAnalysis | SoakAnalysis | CapacityAnalysis


def procedure_of(
    settings: Settings, base: LoadTest, thresholds: tuple[Threshold, ...], slo: tuple[Threshold, ...]
) -> Procedure[Analysis]:
    """The steps of a test, one after the other, and the analysis at their end.

    Args:
        settings: The design, with its figures.
        base: What is sent where; its executor is replaced by that of each step.
        thresholds: Of the settings, parsed.
        slo: Of the settings, parsed.
    """
    match settings:
        case LoadSettings():
            return load.procedure(settings, base, thresholds)
        case StressSettings():
            return stress.procedure(settings, base, (*slo, *thresholds))
        case SpikeSettings():
            return spike.procedure(settings, base, thresholds)
        case SoakSettings():
            return soak.procedure(settings, base, thresholds)
        case CapacitySettings():
            return capacity.procedure(settings, base, (*slo, *thresholds))
        case _:
            assert_never(settings)


def findings_of(settings: Settings, analysis: Analysis) -> tuple[Finding, ...]:
    """What follows from the analysis of a test with these settings.

    Raises:
        TypeError: The analysis is that of another design.
    """
    match settings, analysis:
        case LoadSettings(), LoadAnalysis():
            return load.findings(settings, analysis)
        case StressSettings(), StressAnalysis():
            return stress.findings(settings, analysis)
        case SpikeSettings(), SpikeAnalysis():
            return spike.findings(settings, analysis)
        case SoakSettings(), SoakAnalysis():
            return soak.findings(settings, analysis)
        case CapacitySettings(), CapacityAnalysis():
            return capacity.findings(settings, analysis)
        case _:
            raise TypeError(f"{type(analysis).__name__} is no analysis of a {settings.design} test")
