"""Random tables of cases, parties and sources, and a small network counted by hand."""

from datetime import date, timedelta

from hypothesis import strategies as st

from kg.network import NetworkTables
from kg.network.tables.rows import Case, Claim, Kind, Organisation, Participation, Role

DAY0 = date(2024, 1, 1)
FAR = 400
ROLES = {"lead": True, "partner": True, "supporter": False, "host": False}
ORIGINS = {"src/s1": "origin/o", "src/s2": "origin/o", "src/s3": None}


def a_day(number):
    return None if number is None else DAY0 + timedelta(days=number)


@st.composite
def network_tables(draw):
    cases = []
    for number in range(draw(st.integers(0, 6))):
        bounds = draw(st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)))
        if None not in bounds:
            bounds = (min(bounds), max(bounds))
        cases.append(Case(f"case/c{number}", None, "honours", None, *map(a_day, bounds)))
    case_ids = [case.case for case in cases] + ["case/not-listed"]
    keys = st.tuples(
        st.sampled_from(case_ids),
        st.sampled_from(sorted(ROLES)),
        st.none() | st.sampled_from([f"org/{n}" for n in "abcde"]),
    )
    participations, claims = [], []
    for case, role, organisation in draw(st.lists(keys, max_size=18, unique=True)):
        thing = f"part/{case}/{role}/{organisation}"
        participations.append(Participation(thing, case, role, organisation, ROLES[role]))
        for source in draw(st.sets(st.sampled_from(sorted(ORIGINS)))):
            claims.append(Claim(thing, f"{source}#{thing}", source, ORIGINS[source]))
    roles = [Role(role, None, None, ties) for role, ties in ROLES.items()]
    return NetworkTables(participations, cases, claims=claims, roles=roles)


WINDOWS = st.one_of(
    st.none(),
    st.integers(-1, 10).map(lambda day: ("at", day)),
    st.tuples(st.integers(-1, 10), st.integers(-1, 10)).map(lambda pair: ("between", (min(pair), max(pair)))),
)


def window_options(window):
    if window is None:
        return {}, None
    kind, days = window
    if kind == "at":
        return {"at": a_day(days).isoformat()}, set(range(-FAR, days + 1))
    return {"between": tuple(map(a_day, days))}, set(range(days[0], days[1] + 1))


def small_network_tables():
    """Four cases: two of LG and Semi, one undated, one whose partner is not named, one with a supporter only."""
    rows = [
        ("c1", "lead", "org/lge"), ("c1", "partner", "org/semi"), ("c1", "supporter", "org/ministry"),
        ("c2", "lead", "org/lge"), ("c2", "partner", "org/semi"), ("c2", "partner", "org/roas"),
        ("c3", "lead", "org/roas"), ("c3", "partner", None),
        ("c4", "lead", "org/lge"), ("c4", "supporter", "org/ministry"),
        ("c5", "lead", "org/lge"),
    ]  # fmt: skip
    return NetworkTables(
        participations=[Participation(f"p/{c}/{r}/{o}", f"case/{c}", r, o, ROLES[r]) for c, r, o in rows],
        cases=[
            Case("case/c1", "첫 사례", "honours", "1", date(2023, 11, 1), date(2023, 11, 30)),
            Case("case/c2", "둘째 사례", "honours", "2", None, None),
            *(Case(f"case/c{n}", None, "honours", "2", date(2024, 3, 27), date(2024, 3, 27)) for n in (3, 4, 5)),
        ],
        organisations=[
            Organisation("org/lge", "엘지보기", "Example LG", "large"),
            Organisation("org/semi", "세미보기", None, "small"),
            Organisation("org/roas", "로아보기", None, None),
        ],
        claims=[
            Claim(f"p/{c}/{r}/{o}", f"claim/{s}/{c}.{o}", f"src/{s}", origin)
            for c, r, o, s, origin in [
                ("c1", "lead", "org/lge", "s1", "o/1"), ("c1", "partner", "org/semi", "s1", "o/1"),
                ("c1", "lead", "org/lge", "s2", "o/1"), ("c1", "partner", "org/semi", "s2", "o/1"),
                ("c2", "lead", "org/lge", "s3", None), ("c2", "partner", "org/roas", "s1", "o/1"),
                ("c2", "partner", "org/semi", "s3", None),
            ]
        ],
        roles=[Role("lead", "주관", "lead", True), Role("host", "개최", "host", False)],
        kinds=[Kind("large", "대기업", "large company"), Kind("small", "중소기업", "small company")],
    )  # fmt: skip
