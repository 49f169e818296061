"""The command line: thin files over the core's operations, imported when called."""


def main() -> None:
    """Run `bbbkeep`."""
    from bbbkeep.cli.app import run

    run()
