# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · 다른 SPARQL 엔드포인트에서 / The graph behind another SPARQL endpoint
#
# 그래프는 특정 저장소에 묶이지 않습니다. N-Quads 파일 하나를 다른 서버에 적재하고, 같은 질문을 SPARQL 1.1
# 프로토콜(SPARQLWrapper)로 보내 결과가 같은지 봅니다. 여기서는 로컬에서만 접속할 수 있는 Oxigraph 서버를 시작했다가
# 종료합니다(파이썬 패키지 `oxigraph`).
#
# The graph is not tied to our store. We load one N-Quads file into another server, ask the same questions by the
# SPARQL 1.1 protocol (SPARQLWrapper), and compare. Here it is an Oxigraph server that listens on this machine only;
# it is started and stopped on this page (Python package `oxigraph`).

# %%
import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pandas as pd
from SPARQLWrapper import JSON, SPARQLWrapper

import kg
from kg.errors import Text
from kg.notebook import open_near, table
from kg.queries import read_dataset, run_endpoint
from kg.vocab import GRAPH_REGISTER, accepted_graph

# %load_ext kg.notebook

local = open_near()

# %% [markdown]
# ## 서버 시작 / Starting the server

# %%
binary = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
assert binary, "pip install oxigraph"
folder = tempfile.TemporaryDirectory()
with socket.create_server(("127.0.0.1", 0)) as probe:  # the system picks a port that is free
    port = probe.getsockname()[1]
server = subprocess.Popen(
    [binary, "serve", "--location", folder.name, "--bind", f"127.0.0.1:{port}"],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
atexit.register(server.kill)  # also if this page is left half-way
url = f"http://127.0.0.1:{port}/query"
for _ in range(200):
    try:
        urlopen(f"{url}?query=ASK%7B%7D", timeout=5).read()
        break
    except URLError:
        assert server.poll() is None, "the server ended"
        time.sleep(0.05)
else:
    raise AssertionError("the server does not answer")

# %% [markdown]
# ## 적재 / Loading
#
# `graph.nq`에는 모든 것이 있습니다: 출처마다 그 이름의 그래프, 받아들인 것, 이름과 코드. 받아들인 것과 등록부는 기본
# 그래프에도 있으므로 `GRAPH` 없는 질의가 어디서나 같은 결과를 냅니다.
#
# `graph.nq` has everything: a named graph for each source, what is accepted, names and codes. What is accepted and
# the register are also in the default graph, so a query without `GRAPH` gives the same answer everywhere.

# %%
quads = (local.folder / "graph.nq").read_bytes()
load = Request(f"http://127.0.0.1:{port}/store", data=quads, headers={"Content-Type": "application/n-quads"})
assert urlopen(load, timeout=120).status in (200, 201, 204)
count_quads = "SELECT (COUNT(*) AS ?n) WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
there = kg.open(url)
loaded = int(there.query(count_quads)["n"].item())
assert loaded == int(local.query(count_quads)["n"].item()) == quads.count(b"\n")
print(Text(f"{loaded:,}개를 올렸습니다.", f"{loaded:,} quads loaded."))

# %% [markdown]
# ## 같은 질문 / The same questions
#
# `kg.open(주소)`는 폴더를 열 때와 똑같이 쓰며, 질문 이름, 언어, 매개변수도 모두 같습니다.
#
# `kg.open(address)` is used like a graph on disk: names, language and parameters are all the same.

# %%
# %sparql --endpoint $url partners-of organisation=LG전자

# %%
questions = [
    ("partners-of", {"organisation": "LG전자"}),
    ("gave-and-gained", {"organisation": "한국서부발전"}),
    ("rating-history", {"organisation": "롯데건설", "scheme": "win-win-index"}),
    ("evidence-of-case", {"case": "wwh-4-lge-semisolution"}),
    ("ties-at-date", {"day": "2024-12-31", "mode": "possible"}),
    ("winners-by-round", {}),
    ("disagreements", {}),
    ("conflicts-by-type", {}),
]
rows = []
for name, values in questions:
    here, far = local.query(name, **values), there.query(name, **values)
    pd.testing.assert_frame_equal(here, far)
    assert len(here)
    rows.append((name, len(far)))
compared = pd.DataFrame(rows, columns=[str(Text("질문", "question")), str(Text("같은 행", "equal rows"))])
table(compared, str(Text("모든 답이 같습니다", "All answers are equal")))

# %% [markdown]
# ## 네트워크와 설명도 / Networks and explanations too

# %%
one, other = local.network(at="2024-12-31"), there.network(at="2024-12-31")
assert list(one.edges(data=True)) == list(other.edges(data=True))
assert dict(one.nodes(data=True)) == dict(other.nodes(data=True))
explained = there.explain("GS건설 2016")
assert explained == local.explain("GS건설 2016")
print(other)
print(Text("진술", "claims"), len(explained.things[0].claims))

# %% [markdown]
# ## SPARQLWrapper만으로 / With SPARQLWrapper alone
#
# 이 도구 없이도 됩니다. 표준 프로토콜을 쓰기 때문입니다.
#
# It works without our toolkit, because the protocol is standard.

# %%
wrapper = SPARQLWrapper(url)
wrapper.setReturnFormat(JSON)
wrapper.setQuery("""
PREFIX kg: <https://w3id.org/sangsaeng/def#>
SELECT ?source (COUNT(?claim) AS ?claims) WHERE {
  ?source a kg:Source . GRAPH ?source { ?claim a kg:RatingClaim }
} GROUP BY ?source ORDER BY DESC(?claims) ?source LIMIT 3
""")
for row in wrapper.query().convert()["results"]["bindings"]:
    print(row["claims"]["value"], row["source"]["value"])

# %% [markdown]
# 저장소에 따라 기본 그래프는 따로 있기도 하고(Oxigraph) 모든 그래프의 합이기도 합니다(Virtuoso). 합이면 한 진술이 여러
# 번 세어지므로, `kg.open`은 먼저 이를 확인하고 질문마다 사용할 그래프를 지정합니다. 직접 쓴 SPARQL은 바꾸지 않습니다.
#
# The default graph of a store is separate (Oxigraph) or the union of all graphs (Virtuoso). In a union a statement
# counts several times, so `kg.open` checks this first, and each question names the graphs that it needs. Your own
# SPARQL is sent unchanged.

# %%
dataset = read_dataset(url)
assert not dataset.default_graphs  # this server has a default graph of its own
text = "SELECT (COUNT(DISTINCT ?case) AS ?n) WHERE { ?case a kg:Case }"
named = run_endpoint(url, text, dataset=replace(dataset, default_graphs=(accepted_graph(), GRAPH_REGISTER)))
assert named.rows[0][0].value == str(local.query(text)["n"].item())
print(Text(f"사례 {named.rows[0][0].value}개", f"{named.rows[0][0].value} cases"))

# %% [markdown]
# ## 서버 종료 / Stopping the server
#
# 위에서 시작한 프로세스만 종료합니다. 종료한 뒤에 질의하면 한 줄의 오류가 나옵니다.
#
# We end only the process that we started. After that a query gives an error of one line.

# %%
server.terminate()
server.wait(timeout=20)
folder.cleanup()
try:
    there.query("repeat-partners")
except kg.KgError as error:
    print(str(error).replace(str(port), "PORT"))
local.close()
