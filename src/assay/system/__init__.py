"""The system under test: `assay.toml`, parsed once into a `System` that cannot be invalid."""

from assay.system.bundled import bundled_system
from assay.system.configuration import Limits
from assay.system.discovery import CONFIGURATION_NAME, find_system
from assay.system.model import GivenParameter, ShippedSpecification, SpecificationToCheck, System
from assay.system.parse import parse_system, read_system
from assay.system.service import Address, Service

__all__ = [
    "CONFIGURATION_NAME",
    "Address",
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
