"""Pictures: Hangul drawn, no label over another, all kinds in the legend, gaps shown as gaps, the same bytes again."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import networkx as nx
import pandas
import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

from kg.network import NetworkTables, most_tied, partnership_network
from kg.network.errors import NetworkError
from kg.pictures import (
    PictureError,
    ego_plot,
    network_html,
    network_plot,
    rating_strip,
    rating_transitions,
    role_matrix_plot,
    small_multiples,
)
from kg.pictures import network as drawn
from kg.pictures.labels import overlap, place_labels
from kg.pictures.layout import positions
from kg.pictures.matrix import role_pairs
from kg.pictures.ratings import transition_paths
from kg.pictures.style import COLOURS, SHAPES, hangul_font, looks

try:
    hangul_font()
except PictureError as error:
    pytestmark = pytest.mark.skip(reason=error.text.en)

GRADES = ["최우수", "우수", "양호"]


@pytest.fixture(autouse=True)
def _warnings_are_errors():  # type: ignore[no-untyped-def]  # a glyph that is missing is only a warning of matplotlib's
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def network(cases: int = 12, parties: int = 4) -> nx.Graph:
    rows = [
        (f"p{case}-{party}", f"case/c{case}", "lead", f"org/firm-{(case * 3 + party) % 30}", True)
        for case in range(cases)
        for party in range(parties)
    ]
    kinds = ["large-company", "sme", "association", None]
    organisations = [(f"org/firm-{n}", f"가나다라마바사 {n}호", None, kinds[n % 4]) for n in range(30)]
    labels = [
        ("large-company", "대기업", "large company"),
        ("sme", "중소기업", "SME"),
        ("association", "협회", "association"),
    ]
    return partnership_network(NetworkTables(rows, organisations=organisations, kinds=labels))


def texts(path: Path) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))


def history(*rows: tuple[int, str | None, int, int]) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=["year", "gradeLabel", "claims", "disagreeing"])


def test_names_stay_text_in_the_svg_and_every_kind_is_in_the_legend(tmp_path: Path) -> None:
    graph = network()
    network_plot(graph, tmp_path / "net.svg", language="ko")
    found = texts(tmp_path / "net.svg")
    names = [text for text in found if re.fullmatch(r"가나다라마바사 \d+호", text)]
    assert {"협력 네트워크", "대기업", "중소기업", "협회"} <= set(found)
    caption_text = next(text for text in found if "모든 날짜" in text)
    assert f"기관 {len(graph)}, 관계 {graph.number_of_edges()}" in caption_text
    assert len(names) == len(graph) or f"이름을 표시한 기관 {len(names)}" in " ".join(found)
    assert "Malgun Gothic" in (tmp_path / "net.svg").read_text(encoding="utf-8")  # for those who see it elsewhere


def test_labels_overlap_neither_labels_nor_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(axes, wanted, points, sizes, fontsize=7.0):  # type: ignore[no-untyped-def]  # as place_labels
        found = place_labels(axes, wanted, points, sizes, 3 * fontsize)  # crowded
        pixels = axes.get_figure().dpi / 72
        for node, (x, y) in points.items():
            at, reach = axes.transData.transform((x, y)), sizes[node] * pixels
            seen.append((at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach))
        seen.append(found)
        return found

    monkeypatch.setattr(drawn, "place_labels", watched)
    network_plot(network(25, 6), language="ko")
    marks, labels = seen[:-1], list(seen[-1].values())
    assert 0 < len(labels) < 30  # not all find room
    assert not any(overlap(box, other_box) for place, box in enumerate(labels) for other_box in labels[:place])
    assert not any(overlap(label, mark) for label in labels for mark in marks)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_same_network_gives_the_same_bytes_on_any_hash_seed(ending: str, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_pictures import network;"
        " from kg.pictures import network_plot; network_plot(network(), sys.argv[2], language='en')"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path / f"{seed}.{ending}")]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"})
    assert (tmp_path / f"1.{ending}").read_bytes() == (tmp_path / f"2.{ending}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"1.{ending}", f"2.{ending}"]


def test_components_do_not_overlap_and_are_inside_the_picture() -> None:
    graph = nx.disjoint_union_all([nx.path_graph(n) for n in (7, 2, 2, 3, 1)])
    graph = nx.relabel_nodes(graph, str)
    places, wide, high = positions(graph, 5.0)
    assert set(places) == set(graph)
    assert all(0 <= x <= wide and 0 <= y <= high for x, y in places.values())
    boxes = []
    for part in nx.connected_components(graph):
        xs, ys = zip(*(places[node] for node in part), strict=True)
        boxes.append((min(xs), min(ys), max(xs) + 1e-9, max(ys) + 1e-9))
    assert not any(overlap(one, other) for place, one in enumerate(boxes) for other in boxes[:place])


def test_a_network_too_large_to_read_is_not_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("kg.pictures.layout.MOST_NODES", 20)
    whole = network()
    with pytest.raises(PictureError, match=r"cannot be read in one picture.*--top N, most_tied"):
        network_plot(whole, tmp_path / "net.svg")
    with pytest.raises(PictureError):
        network_html(whole)
    network_plot(most_tied(whole, 7), tmp_path / "net.svg", language="en")
    text = (tmp_path / "net.svg").read_text(encoding="utf-8")
    assert f"those of {len(whole)} with most ties" in text and "7 organisations" in text
    assert [path.name for path in tmp_path.iterdir()] == ["net.svg"]


def test_lines_and_marks_of_a_dense_and_heavy_network_stay_thin() -> None:
    dense = nx.complete_graph(40)
    nx.set_edge_attributes(dense, {tie: 1 + sum(tie) ** 2 for tie in dense.edges}, "weight")
    nx.relabel_nodes(dense, str, copy=False)
    axes = network_plot(dense).axes[0]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 2]
    marks = [line for line in axes.lines if len(line.get_xdata()) == 1]
    assert len(lines) == 780 and max(line.get_linewidth() for line in lines) < 2
    assert [line.get_linewidth() for line in lines] == sorted(line.get_linewidth() for line in lines)  # heavy on top
    assert max(mark.get_markersize() for mark in marks) <= 28
    sparse = network_plot(nx.path_graph(["a", "b", "c"])).axes[0]
    assert sparse.lines[0].get_linewidth() == 0.7


def test_kinds_look_different_in_colour_and_in_shape() -> None:
    codes = [f"kind-{n}" for n in range(11)]
    found = looks([*codes, "unknown"])
    assert len({found[code][0] for code in codes}) == len({found[code][1] for code in codes}) == 11
    assert len(set(COLOURS)) == len(COLOURS) and len(set(SHAPES)) == len(SHAPES)


def test_an_ego_picture_holds_only_the_neighbours(tmp_path: Path) -> None:
    graph = network()
    ego_plot(graph, "firm-0", 1, tmp_path / "ego.svg", language="ko")
    named = {text for text in texts(tmp_path / "ego.svg") if "호" in text}
    assert named and named <= {graph.nodes[node]["label_ko"] for node in [*graph["firm-0"], "firm-0"]}


def test_the_picture_of_an_empty_network_gives_the_reason(tmp_path: Path) -> None:
    rows = [("p1", "case/c1", "lead", "org/a", True), ("p2", "case/c1", "partner", "org/b", True)]
    network_plot(partnership_network(NetworkTables(rows), at="2024-01-01"), tmp_path / "none.svg", language="en")
    assert any("no date is stated" in text for text in texts(tmp_path / "none.svg"))


def test_a_year_without_a_grade_is_unknown_and_a_disagreement_is_marked(tmp_path: Path) -> None:
    frame = history((2020, "우수", 3, 1), (2021, None, 0, 0), (2022, None, 2, 2), (2023, "최우수", 1, 0))
    rating_strip(frame, GRADES, tmp_path / "strip.svg", title="한빛전자", language="ko")
    found = texts(tmp_path / "strip.svg")
    assert [text for text in found if text in {*GRADES, "모름", "?"}] == ["우수", "모름", "?", "최우수"]
    assert [text for text in found if text.startswith("≠")][:2] == ["≠1", "≠2"]
    assert (tmp_path / "strip.svg").read_text(encoding="utf-8").count("fill: url(#h") == 1  # one hatched year


def test_a_grade_that_the_scheme_has_not_is_refused() -> None:
    with pytest.raises(NetworkError, match="'훌륭' is not a known grade; known: 양호"):
        rating_strip(history((2020, "훌륭", 1, 0)), GRADES)


def test_flows_between_editions_add_up_and_the_absent_stay_in(tmp_path: Path) -> None:
    rows = pandas.DataFrame(
        [("a", 2020, "우수"), ("a", 2021, "최우수"), ("b", 2020, "우수"), ("c", 2021, "양호"), ("d", 2019, "양호")],
        columns=["organisation", "year", "grade"],
    )
    assert transition_paths(rows, [2020, 2021], "-") == [("우수", "최우수"), ("우수", "-"), ("-", "양호")]
    rating_transitions(rows, GRADES, [2020, 2021], tmp_path / "flow.svg", language="ko")
    found = texts(tmp_path / "flow.svg")
    counted = [text for text in found if re.search(r" \d$", text) and not text.startswith("기관")]
    assert counted == ["우수 2", "명단에 없음 1", "최우수 1", "양호 1", "명단에 없음 1"]
    assert any(text.startswith("기관 3곳") for text in found)


def test_roles_that_meet_are_counted_by_case(tmp_path: Path) -> None:
    rows = pandas.DataFrame(
        [
            ("c1", "주관", 1),
            ("c1", "협력", 2),
            ("c2", "주관", 1),
            ("c2", "협력", 1),
            ("c2", "지원", 1),
            ("c3", "주관", 2),
        ],
        columns=["case", "roleLabel", "parties"],
    )
    assert role_pairs(rows) == (["주관", "협력", "지원"], [[1, 2, 1], [2, 1, 1], [1, 1, 0]])
    role_matrix_plot(rows, tmp_path / "roles.svg", language="ko")
    assert [text for text in texts(tmp_path / "roles.svg") if text.isdigit()] == list("121211110")


def test_panels_share_places_and_name_their_day(tmp_path: Path) -> None:
    whole = network()
    early = nx.Graph(whole.edge_subgraph(list(whole.edges)[:10]), **whole.graph)
    small_multiples({"2020": early, "2024": whole}, tmp_path / "panels.svg", language="en", columns=2)
    found = texts(tmp_path / "panels.svg")
    assert {"2020", "2024"} <= set(found)
    assert any(f"{len(early)} organisations, 10 ties" in text for text in found)


def test_an_unknown_form_names_the_known_ones_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"'net\.bmp': not a format of pictures; known: \.svg"):
        network_plot(network(), tmp_path / "net.bmp")
    assert list(tmp_path.iterdir()) == []


def test_plot_draws_the_format_of_the_suffix(tmp_path: Path) -> None:
    import kg

    for name, kind in (("net.svg", "Figure"), ("net.png", "Figure"), ("net.html", "NetworkPage")):
        assert type(kg.pictures.plot(network(), tmp_path / name, language="ko")).__name__ == kind
        assert (tmp_path / name).stat().st_size > 10_000
    assert (tmp_path / "net.html").read_text(encoding="utf-8") == network_html(network(), language="ko")
    assert isinstance(kg.pictures.plot(network(), interactive=True), str)
    with pytest.raises(PictureError, match="tiff"):
        kg.pictures.plot(network(), tmp_path / "net.tiff")


def test_a_network_of_a_graph_draws_itself(real_build: Path, tmp_path: Path) -> None:
    import pickle

    from kg.opening import open_graph

    with open_graph(real_build) as graph:
        ties, support = graph.network(at="2024-12-31"), graph.network("support")
    assert isinstance(ties, nx.Graph) and isinstance(support, nx.DiGraph)
    again = pickle.loads(pickle.dumps(ties))
    assert nx.utils.graphs_equal(again, ties)
    parts = [ties, again, ties.copy(), ties.subgraph(list(ties)[:9]), support, support.to_undirected()]
    for number, part in enumerate(parts):
        part.plot(tmp_path / f"{number}.svg")
        assert (tmp_path / f"{number}.svg").stat().st_size > 5_000
    assert "<script" in ties.plot(interactive=True)
