"""Side-by-side measurements: each figure beside a peer's, medians of several runs."""
