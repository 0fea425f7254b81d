"""TLC as a second engine: the user's own `tla2tools.jar`, run on a model and read into the same `CheckResult`.

Assay ships neither TLC nor Java. TLC's output is read in the form that its option `-tool` gives it, see
`assay.verify.tlc.messages`.
"""

from assay.verify.tlc.agreement import Difference, differences
from assay.verify.tlc.installation import Installation, find_installation
from assay.verify.tlc.running import TlcOptions, check_with_tlc

__all__ = ["Difference", "Installation", "TlcOptions", "check_with_tlc", "differences", "find_installation"]
