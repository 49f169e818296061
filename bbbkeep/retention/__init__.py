"""The policy: recordings in, verdicts with reasons out."""
