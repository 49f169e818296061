"""Tell people what happened, and monitors that it happened; that a notice was sent is a fact in the ledger."""
