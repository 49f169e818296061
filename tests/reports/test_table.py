"""Promises of bbbkeep.reports.table: one row per recording, unknown cells empty, nothing secret, nothing half-written."""

import csv
import stat
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from reports.a_site import NOW, TOKEN_URL, a_record_id, a_recording, a_row, many_rows, with_langs

from bbbkeep.errors import UsageError
from bbbkeep.model import InventoryRow, PlaybackFormat, Recording
from bbbkeep.reports.table import COLUMNS, write_inventory_csv


def cells_of(tmp_path: Path, row: InventoryRow, **options: str) -> dict[str, str]:
    path = tmp_path / "inventory.csv"
    write_inventory_csv([row], path, now=NOW, **options)
    with path.open(encoding="utf-8", newline="") as file:
        [cells] = csv.DictReader(file)
    return cells


def test_what_is_known_is_in_its_column(tmp_path: Path) -> None:
    row = a_row(
        days_old=10.5,
        minutes=90,
        metadata={"bbb-origin": "Moodle", "BBB-Context-Name": "Algebra I"},
        formats=(PlaybackFormat("video"), PlaybackFormat("presentation")),
    )
    row = with_langs(row, "en", "de", asked_at=NOW - timedelta(days=1))

    cells = cells_of(tmp_path, row, server="campus", profile="bbb30")

    assert cells == {
        "server": "campus",
        "profile": "bbb30",
        "record_id": a_record_id(1),
        "meeting_id": "room-1",
        "name": "Lecture 1",
        "state": "published",
        "published": "true",
        "protected": "",
        "start": "2026-11-12T12:45:00Z",
        "end": "2026-11-12T14:15:00Z",
        "duration_minutes": "90",
        "age_days": "10",
        "date_status": "ok",
        "participants": "12",
        "formats": "presentation video",
        "size_bytes": "250000000",
        "raw_size_bytes": "",
        "caption_langs": "de en",
        "captions_asked_at": "2026-11-22T02:15:00Z",
        "origin": "Moodle",
        "context": "Algebra I",
        "hold": "no",
        "first_seen": "2026-11-14T02:15:00Z",
        "last_seen": "2026-11-23T02:15:00Z",
    }


def test_unknown_is_an_empty_cell_and_never_zero(tmp_path: Path) -> None:
    cells = cells_of(tmp_path, a_row(Recording("r-1", participants=0, size_bytes=0)))

    filled = {column for column, cell in cells.items() if cell}
    assert filled == {"record_id", "date_status", "first_seen", "last_seen"}


def test_an_unknown_beside_a_number_does_not_turn_it_into_a_fraction(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    write_inventory_csv([a_row(participants=12), a_row(participants=None)], path, now=NOW)

    assert ",12," in path.read_text(encoding="utf-8")
    assert "12.0" not in path.read_text(encoding="utf-8")


def test_words_beside_unknowns_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    write_inventory_csv([a_row(name="NA"), a_row(name=None), a_row(name="nan")], path, now=NOW)

    with path.open(encoding="utf-8", newline="") as file:
        assert [cells["name"] for cells in csv.DictReader(file)] == ["NA", "", "nan"]


def test_a_size_beyond_any_disk_is_unknown(tmp_path: Path) -> None:
    assert cells_of(tmp_path, a_row(size_bytes=10**30))["size_bytes"] == ""


def test_the_size_is_the_sum_of_the_formats_only_where_each_is_known(tmp_path: Path) -> None:
    both = (PlaybackFormat("video", size_bytes=5), PlaybackFormat("presentation", size_bytes=6))
    one = (PlaybackFormat("video", size_bytes=5), PlaybackFormat("presentation"))

    assert cells_of(tmp_path, a_row(size_bytes=None, formats=both))["size_bytes"] == "11"
    assert cells_of(tmp_path, a_row(size_bytes=None, formats=one))["size_bytes"] == ""


def test_asked_and_no_captions_differs_from_never_asked(tmp_path: Path) -> None:
    assert cells_of(tmp_path, with_langs(a_row()))["caption_langs"] == "none"
    assert cells_of(tmp_path, a_row())["caption_langs"] == ""


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        pytest.param(None, "", id="unknown metadata, unknown hold"),
        pytest.param({}, "no", id="no key, no hold"),
        pytest.param({"bbbkeep-hold": ""}, "yes", id="an empty value holds"),
        pytest.param({"BBBkeep-Hold": "false"}, "yes: false", id="any value in any letter case holds"),
    ],
)
def test_a_hold_is_a_fact_or_unknown(
    tmp_path: Path, metadata: Mapping[str, str] | None, expected: object
) -> None:
    assert cells_of(tmp_path, a_row(metadata=metadata))["hold"] == expected


def test_hostile_names_are_cells_and_not_formulas(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("https://bbb.example.org","x")\r\n\x00,"'

    cells = cells_of(
        tmp_path, a_row(name=hostile, meeting_id="-1", state="@x", metadata={"bbb-context": " =1"})
    )

    assert cells["name"] == '\'=HYPERLINK("https://bbb.example.org","x") ,"'
    assert (cells["meeting_id"], cells["state"], cells["context"]) == ("'-1", "'@x", "'=1")


def test_no_playback_address_or_token_is_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    write_inventory_csv([a_row(metadata={"bbb-origin": TOKEN_URL})], path, now=NOW)

    assert "0f1e2d3c" not in path.read_text(encoding="utf-8")


def test_an_empty_inventory_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"

    assert write_inventory_csv([], path, now=NOW) == 0
    assert path.read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "inventory.csv"
    write_inventory_csv([a_row()], path, now=NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pass_that_breaks_off_leaves_the_old_table_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(LookupError):
        write_inventory_csv(_breaking_off(), path, now=NOW)

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def _breaking_off() -> Iterator[InventoryRow]:
    yield a_row()
    raise LookupError


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match=r"inventory\.csv: can't be written .*name a folder"):
        write_inventory_csv([], tmp_path / "file" / "inventory.csv", now=NOW)


def test_memory_does_not_grow_with_the_inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbbkeep.reports.table.CHUNK_ROWS", 500)
    path = tmp_path / "inventory.csv"
    write_inventory_csv([a_row()], path, now=NOW)

    peaks = [_peak_of_writing(count, path) for count in (1_000, 6_000)]

    assert peaks[1] < peaks[0] * 1.5


def _peak_of_writing(count: int | None, path: Path) -> int:
    tracemalloc.start()
    try:
        assert write_inventory_csv(many_rows(count), path, now=NOW) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_rows_are_written_across_chunks_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bbbkeep.reports.table.CHUNK_ROWS", 2)
    path = tmp_path / "inventory.csv"
    write_inventory_csv([a_row(a_recording(number)) for number in range(5)], path, now=NOW)

    with path.open(encoding="utf-8", newline="") as file:
        assert [cells["name"] for cells in csv.DictReader(file)] == [
            f"Lecture {number}" for number in range(5)
        ]
