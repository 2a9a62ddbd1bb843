"""The page of a network: one file that asks nothing of any server, read back in a real browser."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kg.network import NetworkTables, partnership_network
from kg.pictures import network_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)")
HOSTILE = '</script><img src=x onerror="document.body.dataset.broken=1"><!-- {data} 한빛'


def network(name: str = "한빛전자"):  # type: ignore[no-untyped-def]  # a NetworkX graph
    base = "https://partners.example/id"
    rows = [
        ("p1", f"{base}/case/c1", "lead", f"{base}/org/hanbit", True),
        ("p2", f"{base}/case/c1", "partner", f"{base}/org/sol", True),
        ("p3", f"{base}/case/c2", "lead", f"{base}/org/nara", True),
        ("p4", f"{base}/case/c2", "partner", f"{base}/org/dan", True),
    ]
    organisations = [(f"{base}/org/hanbit", name, "Hanbit Electronics", "large-company")]
    organisations += [(f"{base}/org/{one}", f"{one} 기업", None, "sme") for one in ("sol", "nara", "dan")]
    kinds = [("large-company", "대기업", "large company"), ("sme", "중소기업", "small firm")]
    return partnership_network(NetworkTables(rows, organisations=organisations, kinds=kinds))


def seen(path: Path, folder: Path, ask: str = "", *more: str) -> str:
    """The document as the browser holds it after the script has run."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--window-size=1200,800", "--virtual-time-budget=3000",
        f"--user-data-dir={folder / 'profile'}", *more, "--dump-dom", f"{path.as_uri()}{ask}",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    page = network_html(network(), tmp_path / "net.html", language="ko")
    assert (tmp_path / "net.html").read_text(encoding="utf-8") == page
    assert not re.search(r"<(script|img|iframe)[^>]+src=|<link[^>]+href=(?!\"data:)|@import|url\(\s*['\"]?http", page)
    assert "connect-src 'none'" in page
    assert [path.name for path in tmp_path.iterdir()] == ["net.html"]


def test_the_same_network_gives_the_same_page() -> None:
    assert network_html(network(), language="en") == network_html(network(), language="en")


def test_every_tie_carries_its_cases_and_claims_as_iris() -> None:
    edges = data_of(network_html(network()))["edges"]
    assert isinstance(edges, list)
    found = {(edge["source"], edge["target"]): [tie["iri"] for tie in edge["shared"]] for edge in edges}
    assert found == {
        ("hanbit", "sol"): ["https://partners.example/id/case/c1"],
        ("dan", "nara"): ["https://partners.example/id/case/c2"],
    }


def test_a_hostile_name_stays_a_name() -> None:
    page = network_html(network(HOSTILE))
    assert page.count("</script>") == 3 and "<img" not in page
    nodes = data_of(page)["nodes"]
    assert isinstance(nodes, list)
    assert HOSTILE in [node["label_ko"] for node in nodes]


def test_a_notebook_gets_it_in_a_frame_that_can_run_nothing_else() -> None:
    frame = network_html(network())._repr_html_()
    assert 'sandbox="allow-scripts"' in frame and frame.count("<iframe") == 1
    inside = re.search(r'srcdoc="([^"]*)"', frame)
    assert inside and html.unescape(inside[1]) == network_html(network())


@needs_browser
@pytest.mark.part("browser")
def test_a_browser_draws_every_organisation_and_tie(tmp_path: Path) -> None:
    network_html(network(), tmp_path / "net.html", language="ko")
    page = seen(tmp_path / "net.html", tmp_path)
    assert 'data-drawn="4/2"' in page and page.count("<canvas") > 1
    assert page.count("<tr>") == 3  # the table of ties, with its head
    assert [html.unescape(word) for word in re.findall(r"<th[^>]*>([^<]*)", page)][:3] == ["기관", "상대", "사례"]
    assert 'data-labels="4"' in page
    assert "한빛전자" in page and "중소기업" in page and 'lang="ko"' in page


@needs_browser
@pytest.mark.part("browser")
def test_a_label_that_would_overlap_another_is_left_out(tmp_path: Path) -> None:
    rows = [(f"p{label}", "case/c1", "partner", f"org/{label:03}", True) for label in range(120)]
    organisations = [(f"org/{label:03}", f"이름이 꽤 긴 기관 {label:03}", None, "sme") for label in range(120)]
    crowd = partnership_network(NetworkTables(rows, organisations=organisations))
    network_html(crowd, tmp_path / "crowd.html", language="ko")
    page = seen(tmp_path / "crowd.html", tmp_path)
    drawn = re.search(r'data-labels="(\d+)"', page)
    assert 'data-drawn="120/7140"' in page and drawn and 5 < int(drawn[1]) < 60


@needs_browser
@pytest.mark.part("browser")
def test_an_address_opens_an_organisation_and_its_ties(tmp_path: Path) -> None:
    network_html(network(HOSTILE), tmp_path / "net.html", language="en")
    page = seen(tmp_path / "net.html", tmp_path, "#hanbit")
    panel = page[page.index('<aside id="panel"') : page.index("</aside>")]
    assert "Hanbit Electronics" in panel and "large company" in panel and "sol 기업 · 1 cases" in panel
    assert "data-broken" not in page


@needs_browser
@pytest.mark.part("browser")
def test_without_webgl_the_table_is_open(tmp_path: Path) -> None:
    network_html(network(), tmp_path / "net.html", language="en")
    page = seen(tmp_path / "net.html", tmp_path, "", "--disable-gpu", "--disable-3d-apis")
    assert "WebGL does not work here" in page and re.search(r"<details[^>]* open", page) and "hanbit" not in page[:200]
    assert page.count("<tr>") == 3


@needs_browser
@pytest.mark.part("browser")
def test_the_page_of_an_empty_network_gives_the_reason(tmp_path: Path) -> None:
    rows = [("p1", "case/c1", "lead", "org/a", True), ("p2", "case/c1", "partner", "org/b", True)]
    network_html(partnership_network(NetworkTables(rows), at="2024-01-01"), tmp_path / "none.html", language="en")
    assert "no date is stated" in seen(tmp_path / "none.html", tmp_path)
