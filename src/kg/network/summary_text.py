"""The page of a summary, in Korean or English, with aligned columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import Text
from kg.network.layout import columns
from kg.network.selection import REASONS

if TYPE_CHECKING:
    from kg.network.summary import Leader, Summary

KINDS = {
    "partnership": Text(
        "협력망: 한 사례에 함께한 기관 사이의 관계", "Partnership network: ties between parties of one case"
    ),
}


def page(summary: Summary, language: str) -> str:
    """All lines of the page."""
    ko = language == "ko"

    def say(text: Text) -> str:
        return text.ko if ko else text.en

    lines = [say(KINDS[summary.kind]), ""]
    lines += columns([[say(name), value] for name, value in _asked(summary, ko)])
    lines += ["", say(Text("사례", "Cases"))]
    lines += columns([[f"  {say(name)}", str(count)] for name, count in _cases(summary)], right=[1])
    if summary.why_empty:
        return "\n".join([*lines, "", say(summary.why_empty)])
    lines += ["", say(Text("망", "Network"))]
    lines += columns([[f"  {say(name)}", value] for name, value in _figures(summary)], right=[1])
    lines += ["", say(Text("협력 기관이 많은 순", "Most partners first"))]
    header = ["  ", say(Text("기관", "organisation")), say(Text("종류", "kind"))]
    header += [say(Text("연결 수", "degree")), say(Text("연결 강도", "strength"))]
    rows = [_leader(place, leader, summary, ko) for place, leader in enumerate(summary.top, 1)]
    return "\n".join([*lines, *columns([header, *rows], right=[0, 3, 4])])


def _asked(summary: Summary, ko: bool) -> list[tuple[Text, str]]:
    if summary.at:
        when = f"{summary.at}까지" if ko else f"up to {summary.at}"
    elif summary.between:
        when = " ~ ".join(summary.between) if ko else " to ".join(summary.between)
    else:
        when = "모든 날짜" if ko else "any date"
    if summary.at or summary.between:
        certain, possible = ("확실한 것만", "가능한 것까지") if ko else ("certain only", "also possible")
        when += f" ({certain if summary.mode == 'certain' else possible})"
    weights = {
        "count": Text("사례마다 1", "1 a case"),
        "fractional": Text("기관 n곳의 사례마다 1/(n-1)", "1/(n-1) a case of n parties"),
    }
    weight = weights[summary.weighting]
    none = "없음" if ko else "none"
    return [
        (Text("기간", "Dates"), when),
        (Text("역할", "Roles"), ", ".join(_named(summary, "role", role, ko) for role in summary.roles) or none),
        (Text("가중치", "Weight"), weight.ko if ko else weight.en),
        (Text("채택 방침", "Policy"), summary.policy),
        (Text("쓰인 사례의 날짜", "Cases dated"), _span(summary, none)),
    ]


def _span(summary: Summary, none: str) -> str:
    if not summary.first_date and not summary.last_date:
        return none
    return f"{summary.first_date or '..'} ~ {summary.last_date or '..'}"


def _cases(summary: Summary) -> list[tuple[Text, int]]:
    left_out = [
        (Text(f"제외: {REASONS[reason].ko}", f"left out: {REASONS[reason].en}"), count)
        for reason, count in summary.left_out.items()
    ]
    return [
        (Text("모두", "all"), summary.cases_total),
        (Text("물은 기간 안", "inside the dates asked for"), summary.cases_in_time),
        (Text("관계를 이루어 쓰임", "counted: they make ties"), summary.cases_used),
        *left_out,
    ]


def _figures(summary: Summary) -> list[tuple[Text, str]]:
    origins = summary.ties_by_origins
    return [
        (Text("기관", "organisations"), str(summary.organisations)),
        (Text("관계", "ties"), str(summary.ties)),
        (Text("거듭된 관계(사례 둘 이상)", "repeat ties (two cases or more)"), str(summary.repeat_ties)),
        (Text("원 발표가 둘 이상인 관계", "ties stated by two origins or more"), str(origins["several"])),
        (Text("원 발표가 하나인 관계", "ties stated by one origin"), str(origins["one"])),
        (Text("두 기관을 함께 적은 출처가 없는 관계", "ties that no one source states"), str(origins["none"])),
        (Text("밀도", "density"), f"{summary.density:.4f}"),
        (Text("연결 성분", "components"), str(summary.components)),
        (Text("가장 큰 성분의 기관", "organisations in the largest"), str(summary.largest_component)),
    ]


def _named(summary: Summary, what: str, code: str, ko: bool) -> str:
    names = summary.labels[what].get(code)
    return code if names is None else names[0 if ko else 1]


def _leader(place: int, leader: Leader, summary: Summary, ko: bool) -> list[str]:
    label = (leader.label_ko or leader.label_en) if ko else (leader.label_en or leader.label_ko)
    kind = _named(summary, "kind", leader.kind, ko)
    return [str(place), label or leader.organisation, kind, str(leader.degree), f"{leader.strength:g}"]
