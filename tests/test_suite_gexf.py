"""The XML Schema of GEXF 1.2: every kind of network is valid against it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from helpers.public_suites import check_section, section, suite
from test_network_kinds import RATINGS

from kg.network import KINDS, NetworkTables, network, write_gexf
from kg.network.tables.rows import Attendance, Case, Contribution, Event, Organisation, Participation

TABLES = NetworkTables(
    [
        Participation("p1", "case/x", "lead", "org/a", True),
        Participation("p2", "case/x", "partner", "org/b", True),
    ],
    [Case("case/x", "<사례> & more", None, None, date(2024, 1, 1), date(2024, 12, 31))],
    [Organisation("org/a", "한빛 & 솔", "Hanbit <Sol>", "sme")],
    contributions=[Contribution("g", "case/x", "org/a", "org/b", "data")],
    events=[Event("event/e", "행사", date(2024, 1, 1), date(2024, 1, 1))],
    attendances=[Attendance("t1", "event/e", "org/a", None), Attendance("t2", "event/e", "org/b", None)],
    ratings=RATINGS[:3],
)


@pytest.mark.suite
def test_networks_are_valid_gexf() -> None:
    folder = suite("gexf") / "specs" / "1.2draft"
    schema = pytest.importorskip("xmlschema").XMLSchema(str(folder / "gexf.xsd"))
    outcomes: dict[str, str | None] = {}
    for kind in sorted(KINDS):
        for name, tables in (("", TABLES), (" without a tie", NetworkTables([]))):
            for mode in ("certain", "possible"):
                out = io.BytesIO()
                write_gexf(network(kind, tables, mode=mode), out)
                faults = [str(error.reason) for error in schema.iter_errors(out.getvalue().decode())]
                outcomes[f"{kind}{name}, {mode}"] = faults[0] if faults else None
    about = (
        "The XML Schema of GEXF 1.2 of [gephi/gexf](https://github.com/gephi/gexf). A test is one kind of network in"
        " one mode, with ties and without, as `write_gexf` writes it."
    )
    check_section("GEXF", section(about, outcomes))
