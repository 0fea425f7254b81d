"""The compiled half of Assay (crates/native): plain data across, no logic of its own."""

def version() -> str:
    """The version of the compiled half. Differs from `assay.__version__` only where an old build was left behind."""
