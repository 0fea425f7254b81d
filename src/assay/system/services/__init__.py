"""The services of a system, running: started, stopped and looked at. Nothing here prints.

`services_running` is what a task needs; the command line uses the rest.
"""

from assay.system.services.bringing_up import ServiceStart, StartOutcome
from assay.system.services.running import complaint_about, services_running
from assay.system.services.starting import StartResult, start_services
from assay.system.services.status import ServiceStatus, State, status_of
from assay.system.services.stopping import ServiceStop, StopOutcome, stop_services

__all__ = [
    "ServiceStart",
    "ServiceStatus",
    "ServiceStop",
    "StartOutcome",
    "StartResult",
    "State",
    "StopOutcome",
    "complaint_about",
    "services_running",
    "start_services",
    "status_of",
    "stop_services",
]
