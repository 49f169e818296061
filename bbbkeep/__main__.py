"""Run the command line with `python -m bbbkeep`."""

from bbbkeep.cli import main

main()
