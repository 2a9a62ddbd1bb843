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
# # 5 · 내 표를 같은 그래프로 / Your own tables into the same graph
#
# 표 몇 개면 됩니다. 적힌 그대로의 이름, 출처, 역할을 담은 CSV를 만들고, 그래프를 빌드해 질의합니다. 여기 나오는 기업은
# 모두 가상입니다. 명령줄에서는 `kg init`, `kg build`, `kg validate`, `kg query`가 같은 일을 합니다.
#
# A few tables are enough. We write CSV with names as printed, sources and roles, build a graph and query it.
# All firms on this page are invented. On the command line `kg init`, `kg build`, `kg validate` and `kg query` do the
# same.

# %%
import io
import tempfile
from pathlib import Path

import pandas as pd

import kg
from kg.build import build
from kg.errors import Text
from kg.init import init_folder
from kg.records import read_schema
from kg.validate import check_tables

# %load_ext kg.notebook

workshop = tempfile.TemporaryDirectory()  # removed in the last cell
mine = Path(workshop.name) / "mine"
out = Path(workshop.name) / "graph"

# %% [markdown]
# ## 처음부터 시작하기 / Starting from scratch
#
# `init_folder`(`kg init`)는 모든 표에 예시 행을 하나씩 넣고, 열의 뜻을 README에 설명합니다. 이를 고쳐 쓰면 됩니다.
#
# `init_folder` (`kg init`) writes every table with an example row, and a README that explains each column.

# %%
starter = Path(workshop.name) / "starter"
written = init_folder(starter)
print(Text(f"파일 {len(written)}개", f"{len(written)} files"))
print((starter / "case_participants.csv").read_text(encoding="utf-8"))

# %% [markdown]
# ## 표 다섯 개 / Five tables
#
# 다 쓸 필요는 없습니다. 출처, 기관, 이름, 사례, 참여만 있으면 됩니다. 파일에는 모든 열이 있어야 하므로 쓸 것만
# 적고 나머지는 빈 열로 채웁니다. 빈칸은 "적혀 있지 않음"이지 "없음"이 아닙니다.
#
# Not all tables are needed. Sources, organisations, names, cases and participants make a partnership network. A file
# has every column of its form, so we write those with content and fill the others with nothing. An empty cell is "not
# stated", not "none".

# %%
TABLES = {
    "sources": """\
source,publisher,topic,published,language,kind,origin
gana-20250304,가나일보,협약 소식,2025-03-04,ko,press,deal-2025
dara-20250305,다라신문,협약 소식,2025-03-05,ko,press,deal-2025
""",
    "organisations": """\
organisation,name_ko,name_en,kind
hangang-steel,한강제강,,large-company
minari-tech,미나리테크,,sme
sodam-mold,소담금형,,sme
""",
    "names": """\
name,organisation,judgement,kind,mention
미나리테크,minari-tech,same,usual,minari-tech
소담금형,sodam-mold,same,usual,sodam-mold
한강제강,hangang-steel,same,usual,hangang-steel
한강 제강,hangang-steel,same,spacing,hangang-steel.spacing
""",
    "cases": """\
case,programme,selected,title,source,stance
mold-2025,benefit-sharing,2025-03-04,금형 수명 늘리기,gana-20250304,announcement
mold-2025,benefit-sharing,2025-03,금형 수명 늘리기,dara-20250305,announcement
sensor-2025,benefit-sharing,,온도 감지기 국산화,gana-20250304,announcement
""",
    "case_participants": """\
case,organisation,role,unnamed_reason,source,stance
mold-2025,소담금형,partner,,gana-20250304,announcement
mold-2025,한강제강,lead,,gana-20250304,announcement
mold-2025,소담금형,partner,,dara-20250305,announcement
mold-2025,한강 제강,lead,,dara-20250305,announcement
sensor-2025,미나리테크,partner,,gana-20250304,announcement
sensor-2025,한강제강,lead,,gana-20250304,announcement
""",
}


schema = read_schema()


def write(tables):
    mine.mkdir(exist_ok=True)
    for name, text in tables.items():
        rows = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        whole = rows.reindex(columns=list(schema.by_name[name].columns), fill_value="")
        whole.to_csv(mine / f"{name}.csv", index=False, lineterminator="\n")


write(TABLES)
print(build(mine, out).as_text(str(Text("ko", "en"))))

# %% [markdown]
# `validate`는 빌드하지 않고 규칙만 검사합니다.
#
# `validate` checks the tables against the rules without building.

# %%
report = check_tables(mine)
assert report.conforms
print(report.as_text(str(Text("ko", "en"))))

# %% [markdown]
# ## 질의하기 / Queries
#
# 준비된 질문을 그대로 쓸 수 있습니다. 띄어 쓴 이름도 같은 기관입니다.
#
# The shipped questions work as they are. The name with a space means the same firm.

# %%
graph = kg.open(out)
# %sparql partners-of organisation="한강 제강"

# %% [markdown]
# 날짜 없는 사례는 확실한 네트워크에는 없고 가능한 네트워크에만 있습니다. 두 신문은 한 발표를 옮겼으므로 한 계통입니다.
#
# The case without a date is not in the certain network, only in the possible one. The two papers repeat one
# announcement, so they are one origin.

# %%
certain = graph.network(at="2025-12-31")
possible = graph.network(at="2025-12-31", mode="possible")
assert list(certain.edges) == [("hangang-steel", "sodam-mold")]
assert possible.number_of_edges() == 2
edge = certain.edges["hangang-steel", "sodam-mold"]
assert (edge["sources"], edge["origins"]) == (2, 1)
print(Text("확실한 네트워크에서 빠진 이유:", "left out of the certain network:"), certain.graph["left_out"])

# %%
graph.explain("한강제강 ~ 소담금형")

# %% [markdown]
# ## 오류가 있으면 / Errors
#
# 일부러 두 곳을 틀리게 합니다: 없는 역할, 이름 표에 없는 이름. 모든 오류가 파일·행·값·해결 방법과 함께 한 번에 나오며,
# 앞서 빌드한 그래프는 그대로 유지됩니다.
#
# We introduce two errors: a role that does not exist and a name that is not in the table of names. All errors are
# reported at once, with file, row, value and remedy, and the graph built before is kept.

# %%
participants = TABLES["case_participants"]
assert participants.count("소담금형,partner,,dara") == participants.count("미나리테크,") == 1
spoilt = participants.replace("소담금형,partner,,dara", "소담금형,parner,,dara").replace("미나리테크,", "미나리테그,")
write({"case_participants": spoilt})
try:
    build(mine, out)
except kg.KgError as error:
    faults = error.faults
    print(error)
assert [(fault.row, fault.column) for fault in faults] == [(4, "role"), (6, "organisation")]
assert graph.query("SELECT ?case WHERE { ?case a kg:Case }").shape[0] == 2

# %% [markdown]
# 고쳐서 다시 빌드합니다. 이번에는 셋째 사례를 추가합니다. 상대가 적히지 않은 사례는 상대를 추측하지 않고
# 이유를 적습니다.
#
# We correct the errors and build again, with a third case. Its partner is not printed. Instead of a guess, we record
# the reason.

# %%
write(
    {
        "cases": TABLES["cases"] + "water-2025,benefit-sharing,2025-03-04,물 되쓰기,gana-20250304,announcement\n",
        "case_participants": participants
        + "water-2025,,partner,partner-not-printed,gana-20250304,announcement\n"
        + "water-2025,한강제강,lead,,gana-20250304,announcement\n",
    }
)
build(mine, out)
graph.close()
graph = kg.open(out)
network = graph.network()
assert network.graph["left_out"]["unnamed-partner"] == ["water-2025"]
# %sparql cases-without-named-partner

# %% [markdown]
# ## 열린 자료로 / As open data
#
# 그래프만으로 표를 복원할 수 있고, Turtle로도 내보낼 수 있습니다.
#
# The tables can be rebuilt from the graph alone, and the graph can be exported as Turtle.

# %%
graph.export(Path(workshop.name) / "tables", format="csv")
turtle = graph.export(format="ttl", what="accepted")
again = (Path(workshop.name) / "tables" / "case_participants.csv").read_text(encoding="utf-8")
assert again.count("\n") == 1 + 8  # the head and eight rows
start = turtle.index(r"id:case\/mold-2025 ")
print(turtle[start : turtle.index(" .\n", start) + 2])

# %%
graph.close()
workshop.cleanup()
