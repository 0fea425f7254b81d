"""The system under test: `assay.toml`, parsed once into a `System` that cannot be invalid."""

from assay.system.configuration import Limits, Service
from assay.system.discovery import CONFIGURATION_NAME, bundled_system, find_system
from assay.system.model import GivenParameter, ShippedSpecification, SpecificationToCheck, System
from assay.system.parse import parse_system, read_system

__all__ = [
    "CONFIGURATION_NAME",
    "GivenParameter",
    "Limits",
    "Service",
    "ShippedSpecification",
    "SpecificationToCheck",
    "System",
    "bundled_system",
    "find_system",
    "parse_system",
    "read_system",
]
