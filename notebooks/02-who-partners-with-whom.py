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
# # 2 · 누가 누구와 협력하나 / Who partners with whom
#
# 그래프에서 NetworkX 네트워크를 한 줄로 만들고, 확실한 것과 가능한 것을 나누어 보고, 중심 기관을 불확실성의 범위와 함께
# 봅니다. 관계는 한 사례에서 주관·협력·수혜 역할을 맡은 두 기관 사이에만 있습니다. 같은 행사에 참석한 것은 관계가
# 아닙니다.
#
# One line makes a NetworkX network from the graph. We separate what is certain from what is possible, and show central
# organisations with bounds for what is unsure. A tie joins two parties of a case in the roles lead, partner or
# beneficiary. Attending the same event is not a tie.

# %%
import pandas as pd

from kg.errors import Text
from kg.network import (
    assortativity,
    brokerage_roles,
    central,
    communities,
    compare,
    rank,
    read_identities,
    readings,
    side_by_side,
    summary,
)
from kg.notebook import open_near, table
from kg.pictures import ego_plot, network_html, network_plot, role_matrix_plot, small_multiples

# %load_ext kg.notebook
# %matplotlib inline
# %config InlineBackend.figure_formats = ["retina"]

graph = open_near()
DAY = "2024-12-31"
certain = graph.network(at=DAY)
possible = graph.network(at=DAY, mode="possible")
kinds = certain.graph["labels"]["kind"]  # what each kind is called in Korean and English
LABEL = str(Text("label_ko", "label_en"))


def named(frame):
    """A table of organisations with one name in the reader's language, the Korean one if there is no other."""
    names = frame[LABEL].fillna(frame["label_ko"])
    shown = frame.drop(columns=["label_ko", "label_en", "organisation"], errors="ignore")
    shown.insert(0, "name", names)
    if "kind" in shown:
        shown["kind"] = [str(Text(*kinds[kind])) if kind in kinds else None for kind in frame["kind"]]
    heads = {"name": Text("기관", "organisation"), "kind": Text("종류", "kind"), "value": Text("값", "value")}
    heads |= {"lower": Text("가장 작게", "lower bound"), "upper": Text("가장 크게", "upper bound")}
    heads |= {"rank": Text("순위", "rank"), "best": Text("가장 높게", "best"), "worst": Text("가장 낮게", "worst")}
    heads |= {"readings": Text("값이 있는 읽기", "readings with a value")}
    shown.attrs["labels"] = {name: str(text) for name, text in heads.items()}
    return shown.round(4)


# %% [markdown]
# ## 어느 날의 네트워크 / The network at a date
#
# 확실한 네트워크는 그날까지 확인된 사례만, 가능한 네트워크는 날짜 없는 사례도 담습니다. 빠진 사례는 이유별로 셉니다.
#
# The certain network has only cases attested by that day; the possible one also has cases without a known date.
# Cases left out are counted by reason.

# %%
print(summary(certain).as_text(str(Text("ko", "en"))))

# %%
rows = [
    (name, network.graph["cases_used"], len(network), network.number_of_edges())
    for name, network in ((str(Text("확실", "certain")), certain), (str(Text("가능", "possible")), possible))
]
columns = [Text("네트워크", "network"), Text("사례", "cases"), Text("기관", "organisations"), Text("관계", "ties")]
assert certain.graph["cases_in_time"] >= 60
assert set(certain.edges) <= set(possible.edges)
assert set(possible.graph["left_out"].get("undated", [])) == set()
table(
    pd.DataFrame(rows, columns=[str(text) for text in columns]),
    str(Text(f"{DAY}의 협력 네트워크", f"Partnerships at {DAY}")),
)

# %%
network_plot(certain)

# %% [markdown]
# 같은 네트워크를 직접 둘러볼 수 있습니다. 브라우저 안에서만 실행되며 서버에 접속하지 않습니다.
#
# The same network as an interactive page. It runs in the browser and contacts no server.

# %%
network_html(certain)

# %% [markdown]
# 어떤 역할이 한 사례에 함께 나타나는지 봅니다. 지원 기관은 많은 사례에 있지만, 따로 지정해야 관계를 이룹니다.
#
# Which roles occur together in a case? Supporters are in many cases, but make ties only on request.

# %%
role_matrix_plot(graph.query("role-matrix"))

# %% [markdown]
# ## 중심 기관 / Central organisations
#
# 지표마다 뜻과 순위가 다릅니다. 기관이 많은 사례 하나가 연결 수를 크게 만들 수 있으므로 연결 강도와 함께 봅니다.
#
# Each measure has its own meaning and ranks. One case with many parties can make a large degree, so strength is shown
# next to it.

# %%
measures = ["degree", "strength", "betweenness", "effective_size"]
leading = central(certain, measures, top=10)
shown = named(leading)
for name, text in {
    "degree": Text("연결 수", "degree"),
    "strength": Text("연결 강도", "strength"),
    "betweenness": Text("매개 중심성", "betweenness"),
    "effective_size": Text("유효 크기", "effective size"),
}.items():
    shown.attrs["labels"] |= {name: str(text), f"rank_{name}": str(Text("순위", "rank"))}
table(shown, str(Text("연결 수로 앞선 기관", "Organisations that lead by degree")))

# %% [markdown]
# 연결 수가 같은 기관이 여럿이면 같은 사례의 참여 기관인 경우가 많습니다. 실제로 그런지 셉니다.
#
# Organisations with the same degree are often parties of the same case. We count how many are.

# %%
sizes = {}
for one, other, data in certain.edges(data=True):
    for case in data["cases"]:
        sizes.setdefault(case, set()).update((one, other))
case, parties = max(sizes.items(), key=lambda item: (len(item[1]), item[0]))
among = sum(name in parties for name in leading["organisation"])
print(
    Text(
        f"가장 큰 사례({case})의 당사자는 {len(parties)}곳이고, 위 표의 {len(leading)}곳 가운데 {among}곳입니다.",
        f"The largest case ({case}) has {len(parties)} parties; {among} of the {len(leading)} above are among them.",
    )
)

# %% [markdown]
# ## 불확실성 / Uncertainty
#
# 날짜가 불확실한 사례, 같은지 알 수 없는 사례와 기관을 각각 한쪽으로 정한 경우를 해석(reading)이라고 합니다.
# 모든 해석에서 값과 순위가 얼마나 달라지는지 봅니다.
#
# A *reading* decides every uncertain date and identity one way. We compute how much value and rank vary over all
# readings.

# %%
unsure = read_identities(lambda sparql: [[term.value for term in row] for row in graph.ask(sparql).rows])
tables = graph.network_tables()
ties = rank("betweenness", readings(tables, unsure, at=DAY))
print(
    Text(
        f"해석 {ties.looked_at}가지, 서로 다른 네트워크 {ties.networks}가지; {'모두 계산함' if ties.exact else '표본'}",
        f"{ties.looked_at} readings, {ties.networks} different networks; {'all seen' if ties.exact else 'a sample'}",
    )
)
assert all(row.lower <= row.value <= row.upper for row in ties.rows if row.value is not None)
table(named(ties.as_frame(top=10)), str(Text("매개 중심성과 그 범위", "Betweenness with its bounds")))

# %% [markdown]
# ## 중개자: 지원 기관 제외와 포함 / Brokers without and with supporters
#
# 지원 기관도 관계를 이룬다고 하면 중심 기관이 바뀝니다. 어느 쪽이 옳다기보다, 무엇을 관계로 보느냐에 따라 답이
# 달라진다는 뜻입니다.
#
# If supporters make ties, other organisations become central. Neither result is the right one: it depends on what
# counts as a tie.

# %%
everyone = ["lead", "partner", "beneficiary", "supporter"]
supported = rank("betweenness", readings(tables, unsure, at=DAY, roles=everyone))
brokers = side_by_side({"ties": ties, "supporters": supported}, top=5)
shown = named(brokers)
parts = {"value": Text("값", "value"), "lower": Text("부터", "from"), "upper": Text("까지", "to")}
parts |= {"rank": Text("순위", "rank"), "best": Text("높게", "best"), "worst": Text("낮게", "worst")}
for key, text in {"ties": Text("관계만", "ties alone"), "supporters": Text("지원 포함", "with supporters")}.items():
    shown.attrs["labels"] |= {f"{key}_{part}": f"{text}: {head}" for part, head in parts.items()}
top_brokers = [set(brokers.loc[brokers[f"{key}_rank"] == 1, "organisation"]) for key in ("ties", "supporters")]
assert not top_brokers[0] & top_brokers[1]
first = min(top_brokers[0])
table(shown, str(Text("가장 앞선 중개자 다섯, 두 가지로", "The five best brokers, in both ways")))

# %% [markdown]
# 중개에는 다섯 역할이 있습니다(굴드와 페르난데스). 종류를 모르는 기관이 포함된 경우는 따로 셉니다.
#
# Brokers have five roles (Gould and Fernandez). Triads with an unknown kind are counted separately.

# %%
roles = brokerage_roles(certain)
heads = {
    "coordinator": Text("같은 종류끼리", "coordinator"),
    "gatekeeper": Text("안으로", "gatekeeper"),
    "representative": Text("밖으로", "representative"),
    "consultant": Text("다른 종류의 둘", "consultant"),
    "liaison": Text("세 종류", "liaison"),
    "kind-unknown": Text("종류를 모름", "kind unknown"),
}
frame = pd.DataFrame.from_dict(roles, orient="index").rename_axis("organisation").reset_index()
assert set(heads) == set(frame.columns) - {"organisation"}
frame["total"] = frame.drop(columns="organisation").sum(axis="columns")
frame = frame.sort_values(["total", "organisation"], ascending=[False, True]).head(8).reset_index(drop=True)
for attribute in ("label_ko", "label_en"):
    frame[attribute] = [certain.nodes[node][attribute] for node in frame["organisation"]]
shown = named(frame)
shown.attrs["labels"] |= {name: str(text) for name, text in heads.items()} | {"total": str(Text("모두", "all"))}
table(shown, str(Text("중개의 다섯 역할", "Five roles of brokers")))

# %% [markdown]
# ## 공동체와 동류성 / Communities and assortativity
#
# 라이덴 알고리즘은 시드와 버전을 기록하므로 다시 실행해도 결과가 같습니다. 동류성은 연결 수를 유지한 무작위 네트워크와
# 비교합니다.
#
# The Leiden algorithm records seed and version, so the result is reproducible. Assortativity is compared with random
# networks that keep every degree.

# %%
found = communities(certain)
assert found.parts == communities(certain).parts
mixing = assortativity(certain)
print(
    Text(
        f"공동체 {len(found.parts)}개, 모듈성 {found.modularity:.2f} "
        f"({found.library} {found.version}, 시드 {found.seed}).",
        f"{len(found.parts)} communities, modularity {found.modularity:.2f} "
        f"({found.library} {found.version}, seed {found.seed}).",
    )
)
print(
    Text(
        f"기관 종류의 동류성 {mixing.value:+.2f}, 무작위 평균 {mixing.mean:+.2f}, z = {mixing.z:+.1f}.",
        f"Assortativity by kind {mixing.value:+.2f}, at random {mixing.mean:+.2f}, z = {mixing.z:+.1f}.",
    )
)
rows = [
    (number, len(part), ", ".join(certain.nodes[node][LABEL] or certain.nodes[node]["label_ko"] for node in part[:6]))
    for number, part in enumerate(found.parts[:5], 1)
]
columns = [Text("공동체", "community"), Text("기관", "organisations"), Text("그 가운데", "among them")]
table(pd.DataFrame(rows, columns=[str(text) for text in columns]), str(Text("가장 큰 다섯", "The five largest")))

# %% [markdown]
# 업종과 지역을 아는 기관은 적어서, 양쪽을 모두 아는 관계만 봅니다. 빠진 관계의 수를 함께 적습니다.
#
# The industry and region of few organisations are known, so only ties with both ends known are compared; the number
# left out is shown.

# %%
for attribute, name in (("industry", Text("업종", "industry")), ("region", Text("지역", "region"))):
    mixing = assortativity(certain, attribute)
    value = "–" if mixing.value is None else f"{mixing.value:+.2f}"
    print(
        Text(
            f"{name.ko}: 동류성 {value}, 관계 {mixing.ties}개, 뺀 관계 {mixing.ties_left_out}개.",
            f"{name.en}: assortativity {value}, {mixing.ties} ties, {mixing.ties_left_out} left out.",
        )
    )
graph.query("ties-between-regions").head(6)

# %% [markdown]
# ## 한 기관의 이웃 / The neighbourhood of an organisation
#
# 매개 중심성이 가장 높은 기관과 두 단계 안의 기관입니다. 관계 하나의 근거를 확인합니다.
#
# The best broker and the organisations within two ties. We show the evidence of one of its ties.

# %%
ego_plot(certain, first, radius=2)

# %%
other = min(certain[first])
name, partner = (certain.nodes[node]["label_ko"] for node in (first, other))
graph.explain(f"{name} ~ {partner}")

# %% [markdown]
# ## 연도별 변화 / Over the years
#
# 위치를 고정하고 네 날짜의 네트워크를 나란히 그립니다. 다시 확인되지 않았다고 관계가 끝난 것은 아닙니다. 종료를 밝힌
# 출처가 없습니다.
#
# Four dates side by side, with fixed positions. A tie that is not attested again has not ended: no source states an
# end.

# %%
days = ["2017-12-31", "2020-12-31", "2022-12-31", DAY]
by_day = {day: graph.network(at=day) for day in days}
counts = [network.number_of_edges() for network in by_day.values()]
assert counts == sorted(counts)
small_multiples(by_day, columns=2, panel_in=4.5)

# %%
change = compare(by_day["2022-12-31"], by_day[DAY])
assert change.ties.gone == () and len(change.ties.new) == counts[-1] - counts[-2]
print(
    Text(
        f"2022년 말 뒤에 처음 확인된 관계 {len(change.ties.new)}개, 다시 확인된 관계 {len(change.ties.again)}개.",
        f"After 2022: {len(change.ties.new)} ties attested for the first time, {len(change.ties.again)} again.",
    )
)
print(change.why_none_gone)

# %% [markdown]
# ## 읽을 때 조심할 것 / What to keep in mind
#
# - 이 네트워크에는 출처에 있는 사례만 있습니다. 여기 없는 기관도 협력할 수 있습니다.
# - 지표는 작은 네트워크의 값입니다. 범위가 겹치면 순위를 구별할 수 없습니다.
# - 거의 모든 관계는 출처 계통이 하나뿐입니다(노트북 4).
#
# What to keep in mind:
#
# - The network has only cases that sources report. Organisations that are not in it may also have partners.
# - Values are those of a small network. Ranks with overlapping bounds cannot be distinguished.
# - Nearly every tie is stated by one origin only (notebook 4).

# %%
ties_by_origins = graph.query("ties-by-origins")
assert (ties_by_origins["origins"] <= 1).mean() > 0.9
graph.close()
