"""Keep a BigBlueButton site's recordings in order."""

__version__ = "0.1.0"
