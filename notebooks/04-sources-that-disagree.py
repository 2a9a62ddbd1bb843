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
# # 4 · 서로 다르게 말하는 출처 / Sources that disagree
#
# 출처가 엇갈려도 진술을 지우지 않습니다. 어느 진술을 따를지는 이름 있는 방침으로 정하고, 이유를 함께 기록합니다.
# 방침을 바꾸거나, 출처를 빼거나, 어느 날까지 발표된 것만 남기면 무엇이 달라지는지 봅니다.
#
# When sources disagree, no claim is removed. A named policy decides which claim is followed, and the reason is
# recorded. We change the policy, leave out a source, or keep only what was published by a given day, and see what
# changes.

# %%
import pandas as pd

from kg.errors import Text
from kg.notebook import open_near, table
from kg.records import read_schema

# %load_ext kg.notebook

graph = open_near()

# %% [markdown]
# ## 어떤 불일치가 있나 / Which conflicts are there?
#
# 값의 불일치만이 아닙니다. 횟수와 연속, 본문과 표, 같은 것인지 아닌지도 엇갈립니다. 풀리지 않은 것은 열린 채로
# 둡니다.
#
# Not only values conflict, but also counts and streaks, prose and tables, and judgements of identity. What no rule
# settles stays open.

# %%
conflicts = graph.query("conflicts-by-type")
labels = conflicts.attrs["labels"]
by_type = pd.crosstab(conflicts["typeLabel"], conflicts["statusLabel"])
assert by_type.to_numpy().sum() == len(conflicts)
by_type = by_type.reset_index().rename_axis(None, axis="columns").rename(columns={"typeLabel": labels["typeLabel"]})
table(by_type, str(Text(f"불일치 {len(conflicts)}개", f"{len(conflicts)} conflicts")))

# %% [markdown]
# 값의 불일치마다 누가 무엇을 말했고 무엇을 따랐나.
#
# For each conflict of values: who said what, and which was followed.

# %%
# %sparql disagreements

# %% [markdown]
# ## 한 등급, 세 가지 값 / One grade, three values
#
# GS건설의 2016년도 동반성장지수는 발표 뒤에 두 번 바뀌었습니다. 기본 방침은 정정을 발표보다, 나중 정정을 앞선
# 정정보다 먼저 따릅니다. 기사의 수는 세지 않습니다.
#
# The 2016 Win-Win Index of GS E&C was changed twice after it was announced. The default policy prefers a correction
# to an announcement and the last correction to an earlier one. The number of articles does not count.

# %%
grade = graph.explain("GS건설 2016")
claims = grade.things[0].claims
assert len({claim.source.id for claim in claims}) == len(claims)  # each claim has a source of its own
grade

# %% [markdown]
# ## 그날까지 알았던 것 / What was known on a day
#
# `as_known_on`은 그날까지 확실히 발표된 진술만으로 값을 다시 정합니다. 날짜 없는 출처는 포함하지 않습니다.
#
# `as_known_on` uses only claims that were certainly published by that day. Sources without a date are not included.

# %%
days = ["2017-06-30", "2017-09-30", "2017-12-31"]
rating = grade.things[0].iri
labels_of_grades = """SELECT ?code ?ko ?en WHERE {
  ?grade skos:inScheme <https://w3id.org/sangsaeng/id/grade/win-win-index> ; skos:notation ?code ;
    skos:prefLabel ?ko , ?en . FILTER(LANG(?ko) = "ko" && LANG(?en) = "en")
}"""
labels = {code: str(Text(ko, en)) for code, ko, en in graph.query(labels_of_grades).itertuples(index=False)}
known = {day: graph.as_known_on(day).table("ratings").set_index("thing")["grade"].get(rating) for day in days}
assert len(set(known.values())) == 3  # three days, three grades
rows = [(day, labels.get(code)) for day, code in known.items()]
table(
    pd.DataFrame(rows, columns=[str(Text("그날까지", "known on")), str(Text("등급", "grade"))]),
    str(Text("GS건설 2016년도 등급, 그날 알던 대로", "The 2016 grade of GS E&C as it was known")),
)

# %% [markdown]
# ## 이 출처가 없다면 / Without a source
#
# 전문이 있는 문서는 2024년 11월 28일의 보도자료 하나입니다. 이 문서가 없으면 무엇을 잃는지 봅니다.
#
# The full text of one document is available, a press release of 28 November 2024. What would be lost without it?

# %%
without = graph.without("mss-20241128")
lost = without.difference
titles = {one.name: str(Text(one.title_ko, one.title_en)) for one in read_schema().tables}
counted = lost["table"].map(titles).value_counts(sort=False).reset_index()
assert set(lost["change"]) == {"lost"}  # nothing changes its value: there is only less
counted.attrs["labels"] = {"table": str(Text("표", "table")), "count": str(Text("잃는 값", "values lost"))}
table(counted, str(Text(f"잃는 값 {len(lost)}개", f"{len(lost)} values would be lost")))

# %% [markdown]
# 뺀 뒤에도 설명할 수 있습니다. 빠진 진술은 빠졌다고 나옵니다.
#
# An explanation works here too; claims left out are shown as left out.

# %%
without.explain("롯데건설 2023")

# %% [markdown]
# ## 다른 방침 / Another policy
#
# `strictest`는 서로 기대지 않은 두 계통이 말한 것만 따릅니다. 방침마다 협력 네트워크가 얼마나 남는지 봅니다. 방침은
# 규칙으로 직접 지정할 수도 있습니다.
#
# `strictest` follows only what two independent origins state. How much of the partnership network is left under each
# policy? A policy can also be given directly as rules.

# %%
worlds = {
    "default": graph,
    "strictest": graph.under("strictest"),
    "press-release": graph.under("press-release"),
    "require-origins=2, prefer-table": graph.under("require-origins=2, prefer-table"),
    "2023-12-31": graph.as_known_on("2023-12-31"),
}
rows = []
for name, world in worlds.items():
    network = world.network()
    rows.append((name, network.graph["cases_used"], network.number_of_nodes(), network.number_of_edges()))
networks = pd.DataFrame(rows, columns=["supposed", "cases", "organisations", "ties"])
networks.attrs["labels"] = {
    "supposed": str(Text("가정", "supposed")),
    "cases": str(Text("사례", "cases")),
    "organisations": str(Text("기관", "organisations")),
    "ties": str(Text("관계", "ties")),
}
assert (networks.loc[1:, "ties"] < networks.loc[0, "ties"]).all()
table(networks, str(Text("가정에 따른 협력 네트워크", "The partnership network under each supposition")))

# %% [markdown]
# 두 계통을 요구하면 네트워크가 거의 사라집니다. 관계가 없어서가 아니라, 두 번째 발표를 우리가 읽지 못했기 때문일 수
# 있습니다. 관계마다 계통을 세면 조금 더 남는데, 그것은 서로 다른 사례가 저마다 한 계통씩 보탠 것입니다.
#
# If two origins are required the network all but vanishes. That may be because we have read no second announcement,
# not because there is no tie. Counted by tie, a few more have two origins: their cases bring one origin each.

# %%
ties = graph.query("ties-by-origins")
several = ties[ties["origins"] > 1]
strict = {frozenset(tie) for tie in worlds["strictest"].network().edges}
by_tie = {
    frozenset(iri.rpartition("/")[2] for iri in pair): cases
    for *pair, cases in several[["organisation", "partner", "cases"]].itertuples(index=False)
}
assert strict <= by_tie.keys()
assert all(cases > 1 for tie, cases in by_tie.items() if tie not in strict)
print(
    Text(
        f"관계 {len(ties)}개 가운데 두 계통 이상의 것은 {len(by_tie)}개, 한 사례 안에서는 {len(strict)}개입니다.",
        f"Of {len(ties)} ties {len(by_tie)} have two origins or more, {len(strict)} of them within one case.",
    )
)
assert len(by_tie) < len(ties) / 10
