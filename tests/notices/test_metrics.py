"""The metrics file is what Prometheus reads, whole, and readable by its collector."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from bbbkeep.notices.metrics import Figures, metrics_text, write_metrics

STARTED, ENDED = datetime(2026, 3, 4, 3, 17, tzinfo=UTC), datetime(2026, 3, 4, 3, 18, 30, tzinfo=UTC)
LABELS = ("server", "action", "outcome", "state")
A_NIGHT = Figures(
    'main "1"\n',
    ENDED,
    STARTED,
    ENDED,
    3,
    {("delete", "verified"): 2, ("delete", "failed"): 1},
    {"published": 60},
)


def samples(text: bytes) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text.decode())
    return {
        (one.name, *(one.labels[name] for name in LABELS if name in one.labels)): one.value
        for family in families
        for one in family.samples
    }


def test_every_figure_of_a_night_is_there():
    name = 'main "1"\n'

    assert samples(metrics_text([A_NIGHT])) == {
        ("bbbkeep_night_last_success_timestamp_seconds", name): ENDED.timestamp(),
        ("bbbkeep_night_end_timestamp_seconds", name): ENDED.timestamp(),
        ("bbbkeep_night_duration_seconds", name): 90.0,
        ("bbbkeep_night_exit_code", name): 3.0,
        ("bbbkeep_night_items", name, "delete", "verified"): 2.0,
        ("bbbkeep_night_items", name, "delete", "failed"): 1.0,
        ("bbbkeep_recordings", name, "published"): 60.0,
    }


def test_what_never_was_is_left_out_not_zero():
    assert samples(metrics_text([Figures("main")])) == {}


def test_the_file_is_replaced_whole_and_readable_by_all(tmp_path):
    path = tmp_path / "textfile" / "bbbkeep.prom"
    write_metrics(path, b"old\n")
    write_metrics(path, b"new\n")

    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["bbbkeep.prom"]
