"""The ledger's tables and their version.

Raise SCHEMA_VERSION with every change here, and add the step that brings an
older ledger to it in `migrations.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from bbbkeep.ledger.columns import KEY, Json, Utc

SCHEMA_VERSION = 3

metadata = MetaData()

about = Table(
    "ledger_about",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("value", Text, nullable=False),
)

servers = Table(
    "servers",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("profile", Text, nullable=False),
    # What probing found last, also where bbbkeep.yaml says otherwise; empty until it has been asked.
    Column("found", Text),
    Column("found_because", Text),
    Column("found_at", Utc),
    Column("version", Text),
    Column("first_used", Utc, nullable=False),
    Column("last_used", Utc, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("sweep_id", Integer, primary_key=True),
    Column("server", KEY, nullable=False),
    Column("scope", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("status", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("distrusted", Text),
    Column("clock_seconds", Float),
    Column("total", BigInteger),
    Column("total_of_recordings", Boolean),
    Index("sweeps_of_server", "server", "sweep_id"),
    sqlite_autoincrement=True,
)

slices = Table(
    "slices",
    metadata,
    Column("sweep_id", ForeignKey("sweeps.sweep_id"), primary_key=True),
    Column("prefix", KEY, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("by_prefix", Boolean, nullable=False),
    Column("done_at", Utc, nullable=False),
)

inventory = Table(
    "inventory",
    metadata,
    # The id comes first: PostgreSQL, as long as it has no statistics, would search all of a server for each.
    Column("record_id", KEY, primary_key=True),
    Column("server", KEY, primary_key=True),
    Column("meeting_id", Text),
    Column("internal_meeting_id", Text),
    Column("name", Text),
    Column("state", Text),
    Column("published", Boolean),
    Column("start", Utc),
    Column("end", Utc),
    Column("start_status", Text, nullable=False),
    Column("end_status", Text, nullable=False),
    Column("participants", BigInteger),
    Column("protected", Boolean),
    Column("is_breakout", Boolean),
    Column("size_bytes", BigInteger),
    Column("raw_size_bytes", BigInteger),
    Column("metadata", Json),
    Column("formats", Json, nullable=False),
    Column("first_seen", Utc, nullable=False),
    Column("last_seen", Utc, nullable=False),
    Column("gone_at", Utc),
    Column("sweep_id", ForeignKey("sweeps.sweep_id")),
    # Since when it is unpublished because of us; empty as soon as it is seen in another state.
    Column("unpublished_at", Utc),
)

events = Table(
    "events",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# Derived from the events, to find without reading the whole chain what may have been written to.
intents = Table(
    "intents",
    metadata,
    Column("run_id", KEY, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("server", KEY, nullable=False),
    Column("record_id", KEY, nullable=False),
    Column("action", Text, nullable=False),
    Column("rule", Text),
    Column("before", Text, nullable=False),
    Column("sends", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Utc, nullable=False),
    Column("answer", Text),
    Index("intents_of_server", "server", "at"),
)

before_images = Table(
    "before_images",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("server", KEY, nullable=False),
    Column("salt", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("kept_at", Utc, nullable=False, index=True),
)

plans = Table(
    "plans",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("plan_id", KEY, nullable=False, unique=True),
    Column("server", KEY, nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("policy_digest", Text),
    Column("status", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("consumed_at", Utc),
    Column("path", Text, nullable=False),
    Column("items", Integer, nullable=False),
    Index("plans_of_server", "server", "kind", "number"),
    sqlite_autoincrement=True,
)

approvals = Table(
    "approvals",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("policy_digest", KEY, primary_key=True),
    Column("major", KEY, primary_key=True),
    Column("plan_id", ForeignKey("plans.plan_id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("counts", Json, nullable=False),
    Column("approved_at", Utc, nullable=False),
)

baselines = Table(
    "baselines",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("plan_id", KEY, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("values", Json, nullable=False),
    Column("reason", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("token", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("until", Utc, nullable=False),
    Column("place", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run_id", KEY, nullable=False, unique=True),
    Column("server", KEY, nullable=False),
    Column("command", Text, nullable=False),
    Column("plan_id", Text),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Column("exit_code", Integer),
    Column("remarks", Json, nullable=False, server_default="[]"),
    Index("runs_of_server", "server", "command", "number"),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("server", KEY, nullable=False),
    Column("record_id", KEY, nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("at", Utc),
    Column("detail", Json, nullable=False),
    Index("outcomes_of_server", "server", "at"),
    Index("outcomes_of_recording", "record_id", "server"),
)

sheets = Table(
    "sheets",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("digest", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("remembered_at", Utc, nullable=False),
)

sheet_rows = Table(
    "sheet_rows",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("digest", KEY, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("record_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text),
    Column("before", Text),
    Column("before_known", Boolean, nullable=False),
    Column("outcome", Text),
    Column("because", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("outcome_at", Utc),
    ForeignKeyConstraint(["server", "digest"], ["sheets.server", "sheets.digest"]),
)

uploads = Table(
    "uploads",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("digest", KEY, primary_key=True),
    Column("record_id", KEY, primary_key=True),
    Column("kind", KEY, primary_key=True),
    Column("lang", KEY, primary_key=True),
    Column("label", Text),
    Column("webvtt_digest", Text, nullable=False),
    Column("cues", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("sent_at", Utc),
    Column("checked_at", Utc),
    Column("tries", Integer, nullable=False),
    Column("replaces", Boolean, nullable=False),
    Index("uploads_by_status", "server", "status"),
)

tracks = Table(
    "tracks",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("record_id", KEY, primary_key=True),
    Column("tracks", Json),
    Column("asked_at", Utc, nullable=False),
    Column("looked_like", Text),
)

holds = Table(
    "holds",
    metadata,
    Column("server", KEY, primary_key=True),
    Column("record_id", KEY, primary_key=True),
    Column("value", Text, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("withdrawn_at", Utc),
)
