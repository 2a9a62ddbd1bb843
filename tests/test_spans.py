"""Places of a document: inside bounds, and found again in its text where it lies beside the clone."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT.parent / "shared" / "source" / "mss-20241128.txt"
SOURCE = "mss-20241128"


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row.get("source") == SOURCE]


SPANS = {row["place"]: row for row in _rows("spans")}
CLAIMS = [
    (path.stem, row)
    for path in sorted((ROOT / "data").glob("*.csv"))
    if path.stem != "spans"
    for row in _rows(path.stem)
    if "as_printed" in row
]


def test_every_claim_of_the_press_release_names_a_located_place() -> None:
    assert len(CLAIMS) >= 90
    assert [(table, row["place"]) for table, row in CLAIMS if row["place"] not in SPANS] == []


def test_places_lie_inside_each_other_as_their_names_say() -> None:
    for place, span in SPANS.items():
        assert 0 <= int(span["start"]) < int(span["end"])
        outer = re.sub(r" rows? \d+.*$", "", place)
        if outer != place:
            assert int(SPANS[outer]["start"]) <= int(span["start"]) and int(span["end"]) <= int(SPANS[outer]["end"])


if DOCUMENT.exists():  # a copy of the press release is not part of the repository
    TEXT = unicodedata.normalize("NFC", DOCUMENT.read_text(encoding="utf-8"))

    def _fold(text: str) -> str:
        return re.sub(r"\s+", " ", text)

    def test_the_digest_is_that_of_the_document() -> None:
        source = next(row for row in _rows("sources"))
        assert hashlib.sha256(TEXT.encode()).hexdigest() == source["digest"]

    def test_each_quote_is_at_its_place() -> None:
        for span in SPANS.values():
            passage = _fold(TEXT[int(span["start"]) : int(span["end"])])
            assert passage.startswith(span["quote"]), span["place"]

    def test_each_figure_is_found_again_at_its_place() -> None:
        found = 0
        for table, row in CLAIMS:
            if row["as_printed"]:
                span = SPANS[row["place"]]
                passage = _fold(TEXT[int(span["start"]) : int(span["end"])])
                assert _fold(row["as_printed"]) in passage, (table, row)
                found += 1
        assert found >= 60
