"""The command line: a thin shell around `assay.run` and `assay.report`. The only package that writes to a terminal."""


def main() -> None:
    """Entry point of the `assay` command."""
    import typer

    import assay

    typer.echo(f"assay {assay.__version__}")
