"""The Grafana dashboard that ships: `grafana.json`, to be imported or provisioned as it is."""

from importlib.resources import files

__all__ = ["dashboard_text"]


def dashboard_text() -> str:
    """The dashboard in Grafana's classic JSON model, for the data source that is chosen when it is looked at."""
    return (files(__package__) / "grafana.json").read_text(encoding="utf-8")
