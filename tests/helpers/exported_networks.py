"""Random networks to export: labels of any text, cases with open or known days."""

from datetime import date

from hypothesis import strategies as st

from kg.network import (
    NetworkTables,
    partnership_network,
)
from kg.network.tables.rows import Case, Organisation, Participation

LABELS = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"]), max_size=6)
DAYS = st.none() | st.dates(date(2023, 1, 1), date(2024, 12, 31))


@st.composite
def networks(draw):
    names = ["org/a", "org/b", "org/c", "org/&<d>\"'"]
    rows = [
        Participation(f"p{number}", f"case/{draw(st.sampled_from('xyz'))}", "lead", name, True)
        for number, name in enumerate(draw(st.lists(st.sampled_from(names), max_size=10)))
    ]
    cases = []
    for letter in "xyz":
        earliest, latest = draw(DAYS), draw(DAYS)
        if earliest and latest and earliest > latest:
            earliest, latest = latest, earliest
        cases.append(Case(f"case/{letter}", None, None, None, earliest, latest))
    organisations = [
        Organisation(name, draw(LABELS), draw(LABELS), draw(st.none() | st.just("large"))) for name in names
    ]
    return partnership_network(
        NetworkTables(rows, cases, organisations),
        weight=draw(st.sampled_from(["count", "fractional"])),
        at=draw(st.none() | st.just("2024-06-30")),
        mode=draw(st.sampled_from(["certain", "possible"])),
    )
