"""A network as a single HTML page that works offline; every tie shows its cases, dates, sources and claims."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Text
from kg.errors import language as spoken_language
from kg.files import write_file
from kg.network.summary import UNITS
from kg.pictures.layout import positions
from kg.pictures.network import TIES, TITLES, attested, caption, why_empty
from kg.pictures.style import looks

if TYPE_CHECKING:
    import networkx as nx

FOLDER = Path(__file__).parent / "page"
WORDS: Mapping[str, Text] = {
    "find": Text("기관 찾기", "find an organisation"),
    "stage": Text(
        "네트워크 그림. 같은 내용이 아래 표에 있습니다.", "Drawing of the network; the table below says the same."
    ),
    "hint": Text(
        "기관이나 관계를 누르면 사례와 근거가 나옵니다. 점 위에 커서를 올리면 이웃만 보입니다.",
        "Choose an organisation or a tie to see its cases and evidence. Hover over a node to see its neighbours.",
    ),
    "table": Text("모든 관계를 표로", "All ties as a table"),
    "ties": Text("관계", "ties"),
    "days": Text("날짜", "dates"),
    "unknown": Text("적혀 있지 않음", "not stated"),
    "evidence": Text("근거", "evidence"),
    "sources": Text("출처", "sources"),
    "origins": Text("계통", "origins"),
    "claims": Text("진술", "claims"),
    "organisation": Text("기관", "organisation"),
    "other": Text("상대", "partner"),
    "nobody": Text("그런 기관이 이 네트워크에 없습니다.", "No such organisation in this network."),
    "noWebgl": Text(
        "이 브라우저에서 WebGL을 쓸 수 없어 아래 표로 보여 드립니다.", "WebGL does not work here: see the table below."
    ),
}
LARGEST, THICKEST = 20, 6  # pixels


def network_html(
    graph: nx.Graph, path: str | os.PathLike[str] | None = None, *, language: str | None = None
) -> NetworkPage:
    """One self-contained page, drawn by sigma.js in the browser; it is written to ``path`` if given.

    The page makes no requests. A button switches between Korean and English; ``#ID`` at the end of the address selects
    an organisation. Without WebGL the table of ties is shown.
    """
    text = _page(graph, language or spoken_language())
    if path is not None:
        write_file(path, text.encode())
    return NetworkPage(text)


class NetworkPage(str):
    """The text of the page; a notebook displays it in a frame."""

    def __repr__(self) -> str:
        return f"<NetworkPage of {len(self):,} characters>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self, quote=True)}" sandbox="allow-scripts" title="network"'
            ' style="width:100%;height:640px;border:1px solid #d0d0d0"></iframe>'
        )


def _page(graph: nx.Graph, language: str) -> str:
    data = _data(graph, language)
    words = data["words"]
    parts = {
        "language": language,
        "title": html.escape(words["title"][language]),
        "caption": html.escape(words["caption"][language]),
        "css": (FOLDER / "page.css").read_text(encoding="utf-8"),
        "library": (FOLDER / "sigma-graphology.min.js").read_text(encoding="utf-8"),
        "script": (FOLDER / "page.js").read_text(encoding="utf-8"),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    template = (FOLDER / "page.html").read_text(encoding="utf-8")
    pieces = template.replace("{", "\0").replace("}", "\0").split("\0")  # the parts may contain braces
    return "".join(parts[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _data(graph: nx.Graph, language: str) -> dict[str, Any]:
    about = graph.graph
    unit = str(about.get("unit", "cases"))
    title = TITLES.get(str(about.get("kind")), Text("네트워크", "Network"))
    captions = Text(caption(graph, graph.number_of_nodes(), "ko"), caption(graph, graph.number_of_nodes(), "en"))
    empty = Text(why_empty(graph, "ko"), why_empty(graph, "en"))
    words = {**WORDS, "unit": UNITS.get(unit, Text(unit, unit)), "title": title, "caption": captions, "empty": empty}
    words |= {name: text for name, text, _, _ in TIES}
    present = sorted({str(kind) for _, kind in graph.nodes(data="kind", default="unknown")})
    places, _, _ = positions(graph, shape=1.6)  # of the stage on a usual screen
    return {
        "language": language,
        "directed": graph.is_directed(),
        "words": {name: {"ko": text.ko, "en": text.en} for name, text in words.items()},
        "kinds": _kinds(graph, present),
        "present": present,
        "colours": {name: colour for name, _, colour, _ in TIES},
        "attested": [
            TIES[edge_attestation][0]
            for edge_attestation in sorted({attested(data) for _, _, data in graph.edges(data=True)})
        ],
        "nodes": [_node(graph, node, places[node]) for node in sorted(graph)],
        "edges": [_edge(graph, unit, *tie) for tie in sorted(_ends(graph))],
    }


def _kinds(graph: nx.Graph, present: list[str]) -> dict[str, dict[str, str]]:
    labels = graph.graph.get("labels", {}).get("kind", {})
    known = looks(list(labels))
    found = {}
    for code in present:
        ko, en = labels.get(code, [code, code])
        found[code] = {"ko": ko or code, "en": en or code, "colour": known.get(code, known["unknown"])[0]}
    return found


def _node(graph: nx.Graph, node: str, place: tuple[float, float]) -> dict[str, Any]:
    data = graph.nodes[node]
    return {
        "id": node,
        "iri": data.get("iri"),
        "label_ko": data.get("label_ko") or data.get("label"),
        "label_en": data.get("label_en"),
        "kind": str(data.get("kind", "unknown")),
        "x": round(place[0], 4),
        "y": round(place[1], 4),
        "size": round(min(3 + 1.6 * sqrt(graph.degree(node)), LARGEST), 2),
    }


def _ends(graph: nx.Graph) -> list[tuple[str, str]]:
    return [
        (source, target) if graph.is_directed() or source <= target else (target, source)
        for source, target in graph.edges
    ]


def _edge(graph: nx.Graph, unit: str, source: str, target: str) -> dict[str, Any]:
    data = graph.edges[source, target]
    base = str(graph.nodes[source].get("iri") or "").partition("/id/")[0]
    folder = {"cases": "case", "events": "event", "contributions": "contribution"}.get(unit, unit)

    def linked(folder: str, found: str) -> dict[str, str]:
        return {"id": found, "iri": found if "://" in found else f"{base}/id/{folder}/{found}" if base else ""}

    return {
        "source": source,
        "target": target,
        "shared": [linked(folder, found) for found in data.get(unit, ())],
        "claims": [linked("claim", found) for found in data.get("claims", ())],
        "sources": data.get("sources", 0),
        "origins": data.get("origins", 0),
        "earliest": data.get("earliest"),
        "latest": data.get("latest"),
        "size": round(min(1 + sqrt(float(data.get("weight", 1))), THICKEST), 2),
        "colour": TIES[attested(data)][2],
    }
