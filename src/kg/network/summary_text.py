"""The page of a summary, in Korean or English, with aligned columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.kinds.selection import REASONS
from kg.tabular import aligned

if TYPE_CHECKING:
    from kg.network.summary import Leader, Summary

WORDS: Mapping[str, Mapping[str, Text]] = {
    "partnership": {
        "title": Text("협력망: 한 사례에 함께한 기관들", "Partnership network: organisations of one case"),
        "units": Text("사례", "Cases"),
        "roles": Text("역할", "Roles"),
        "count": Text("사례마다 1", "1 a case"),
        "fractional": Text("기관 n곳의 사례마다 1/(n-1)", "1/(n-1) a case of n parties"),
        "repeat": Text("거듭된 관계(사례 둘 이상)", "repeat ties (two cases or more)"),
    },
    "support": {
        "title": Text("지원망: 준 기관에서 받은 기관으로", "Support network: from giver to receiver"),
        "units": Text("기여", "Contributions"),
        "count": Text("기여마다 1", "1 a contribution"),
        "repeat": Text("거듭된 관계(사례 둘 이상)", "repeat ties (two cases or more)"),
    },
    "co-attendance": {
        "title": Text(
            "동석망: 한 행사에 온 기관들(협력 관계가 아님)",
            "Co-attendance network: organisations at one event (not a partnership)",
        ),
        "units": Text("행사", "Events"),
        "roles": Text("참석 자격", "Capacities"),
        "count": Text("행사마다 1", "1 an event"),
        "fractional": Text("기관 n곳의 행사마다 1/(n-1)", "1/(n-1) an event of n organisations"),
        "repeat": Text("거듭된 관계(행사 둘 이상)", "repeat ties (two events or more)"),
    },
    "shared-rating": {
        "title": Text(
            "같은 등급망: 한 회차에 같은 등급을 받은 기관들(협력 관계가 아님)",
            "Shared-rating network: organisations with one grade in one edition (not a partnership)",
        ),
        "units": Text("회차의 등급", "Grades of an edition"),
        "roles": Text("등급", "Grades"),
        "count": Text("회차마다 1", "1 an edition"),
        "fractional": Text("기관 n곳의 등급마다 1/(n-1)", "1/(n-1) a grade of n organisations"),
        "repeat": Text("거듭된 관계(회차 둘 이상)", "repeat ties (two editions or more)"),
    },
}


def page(summary: Summary, language: str) -> str:
    """All lines of the page."""
    ko = language == "ko"
    words = WORDS[summary.kind]

    def say(text: Text) -> str:
        return text.ko if ko else text.en

    lines = [say(words["title"]), ""]
    lines += aligned([[say(name), value] for name, value in _asked(summary, ko)])
    lines += ["", say(words["units"])]
    lines += aligned([[f"  {say(name)}", f"{count:,}"] for name, count in _counts(summary)], right=[1])
    if summary.why_empty:
        return "\n".join([*lines, "", say(summary.why_empty)])
    lines += ["", say(Text("망", "Network"))]
    lines += aligned([[f"  {say(name)}", value] for name, value in _figures(summary)], right=[1])
    lines += ["", say(Text("이어진 기관이 많은 순", "Most ties first"))]
    header = ["  ", say(Text("기관", "organisation")), say(Text("종류", "kind"))]
    header += [say(Text("연결 수", "degree")), say(Text("연결 강도", "strength"))]
    rows = [_leader(place, leader, summary, ko) for place, leader in enumerate(summary.top, 1)]
    return "\n".join([*lines, *aligned([header, *rows], right=[0, 3, 4])])


def _asked(summary: Summary, ko: bool) -> list[tuple[Text, str]]:
    words = WORDS[summary.kind]
    none = "없음" if ko else "none"
    weight = words["fractional" if summary.weighting == "fractional" else "count"]
    named = ", ".join(_named(summary, "role", role, ko) for role in summary.roles) or none
    roles = [(words["roles"], named)] if "roles" in words else []
    return [
        (Text("기간", "Dates"), _when(summary, ko)),
        *roles,
        (Text("가중치", "Weight"), weight.ko if ko else weight.en),
        (Text("채택 방침", "Policy"), summary.policy),
        (Text("첫날과 마지막 날", "First and last day"), _span(summary, none)),
    ]


def _when(summary: Summary, ko: bool) -> str:
    if summary.at:
        when = f"{summary.at}까지" if ko else f"up to {summary.at}"
    elif summary.between:
        when = " ~ ".join(summary.between) if ko else " to ".join(summary.between)
    else:
        return "모든 날짜" if ko else "any date"
    certain, possible = ("확실한 것만", "가능한 것까지") if ko else ("certain only", "also possible")
    return f"{when} ({certain if summary.mode == 'certain' else possible})"


def _span(summary: Summary, none: str) -> str:
    if not summary.first_date and not summary.last_date:
        return none
    return f"{summary.first_date or '..'} ~ {summary.last_date or '..'}"


def _counts(summary: Summary) -> list[tuple[Text, int]]:
    left_out = [
        (Text(f"제외: {REASONS[reason].ko}", f"left out: {REASONS[reason].en}"), count)
        for reason, count in summary.left_out.items()
    ]
    return [
        (Text("모두", "all"), summary.total),
        (Text("물은 기간 안", "inside the dates asked for"), summary.in_time),
        (Text("관계를 이루어 쓰임", "counted: they make ties"), summary.used),
        *left_out,
    ]


def _figures(summary: Summary) -> list[tuple[Text, str]]:
    origins = summary.ties_by_origins
    return [
        (Text("기관", "organisations"), f"{summary.organisations:,}"),
        (Text("관계", "ties"), f"{summary.ties:,}"),
        (WORDS[summary.kind]["repeat"], f"{summary.repeat_ties:,}"),
        (Text("원 발표가 둘 이상인 관계", "ties stated by two origins or more"), f"{origins['several']:,}"),
        (Text("원 발표가 하나인 관계", "ties stated by one origin"), f"{origins['one']:,}"),
        (Text("두 기관을 함께 적은 출처가 없는 관계", "ties that no one source states"), f"{origins['none']:,}"),
        (Text("밀도", "density"), f"{summary.density:.4f}"),
        (Text("연결 성분", "components"), f"{summary.components:,}"),
        (Text("가장 큰 성분의 기관", "organisations in the largest"), f"{summary.largest_component:,}"),
    ]


def _named(summary: Summary, what: str, code: str, ko: bool) -> str:
    names = summary.labels[what].get(code)
    return code if names is None else names[0 if ko else 1]


def _leader(place: int, leader: Leader, summary: Summary, ko: bool) -> list[str]:
    label = (leader.label_ko or leader.label_en) if ko else (leader.label_en or leader.label_ko)
    kind = _named(summary, "kind", leader.kind, ko)
    return [str(place), label or leader.organisation, kind, f"{leader.degree:,}", f"{leader.strength:,.10g}"]
