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
# # 3 · 해마다의 등급 / Ratings through the years
#
# 동반성장지수는 해마다 대기업과 중견기업의 등급을 매깁니다. 한 기업의 연도별 등급, 등급 간 이동, 명단의 완성도를
# 보고, 끝으로 수상 기업의 등급이 더 좋은지를 자료가 허용하는 범위에서 분석합니다. 등급은 순서이지 점수가 아니며,
# 명단에 없다고 등급이 낮은 것은 아닙니다.
#
# The Win-Win Index grades large and mid-size firms every year. We look at the grades of one firm, the flows between
# grades and the completeness of the lists. Then we ask, within the limits of the data, whether award winners rate
# better. Grades are an order, not a scale of points, and not being in a list does not mean a low grade.

# %%
import numpy as np
import pandas as pd

from kg.errors import Text
from kg.notebook import open_near, table
from kg.pictures import rating_strip, rating_transitions
from kg.pictures.style import COLOURS, drawing, figure

# %load_ext kg.notebook
# %matplotlib inline
# %config InlineBackend.figure_formats = ["retina"]

graph = open_near()
SCHEME = "win-win-index"

# %% [markdown]
# ## 등급의 차례 / The order of grades
#
# 이름이 같아도 회차마다 뜻이 다릅니다. 최우수는 2013년도분에 생겼고, 가장 낮은 등급은 개선, 보통, 미흡으로
# 바뀌었습니다. 그래서 다른 해의 등급을 직접 비교하지 않습니다.
#
# The same word means different things in different editions: the highest grade was added with the 2013 edition, and
# the lowest has changed its name twice. So grades of different years are not compared directly.

# %%
grades = graph.query(f"""
SELECT ?code ?ko ?en ?position WHERE {{
  ?grade skos:inScheme <{graph.base}id/grade/{SCHEME}> ; skos:notation ?code ; kg:position ?position ;
    skos:prefLabel ?ko, ?en . FILTER(LANG(?ko) = "ko" && LANG(?en) = "en")
}} ORDER BY ?position""")
grades["label"] = grades[str(Text("ko", "en"))]
position = dict(zip(grades["code"], grades["position"], strict=True))
coverage = graph.query("index-coverage", scheme=SCHEME)
coverage["code"] = coverage["grade"].str.rpartition("/")[2]
editions = coverage.pivot(index="gradedYear", columns="code", values="announced")[list(position)]
first_year_of_highest = int(editions["outstanding"].first_valid_index())
assert first_year_of_highest == 2013
lowest = editions.apply(lambda row: row.last_valid_index(), axis="columns")
assert list(lowest.unique()) == ["improve", "fair", "poor"]
announced = editions.rename(columns=dict(zip(grades["code"], grades["label"], strict=True)))
announced.index.name = str(Text("평가 연도", "edition"))
table(announced.reset_index(), str(Text("발표된 등급별 기업 수", "Firms by grade, as announced")))

# %% [markdown]
# ## 한 기업의 연도별 등급 / Grades of one firm by year
#
# 빗금은 등급을 모르는 해입니다. ≠는 따르지 않은 진술의 수입니다.
#
# Hatched years have no known grade. ≠ is the number of claims that are not followed.

# %%
history = graph.query("rating-history", organisation="GS건설", scheme=SCHEME)
rating_strip(history, list(grades["label"]), title=str(Text("GS건설, 동반성장지수", "GS E&C, Win-Win Index")))

# %%
history = graph.query("rating-history", organisation="LG전자", scheme=SCHEME)
rating_strip(history, list(grades["label"]), title=str(Text("LG전자, 동반성장지수", "LG Electronics, Win-Win Index")))

# %% [markdown]
# ## 명단의 완성도 / How complete are the lists?
#
# 발표에는 등급별 기업 수가 있지만 이름이 모두 있지는 않습니다. 언론은 가장 높은 등급과 가장 낮은 등급을 더 싣고,
# 중간 등급은 덜 싣습니다. 이름을 아는 비율을 연도별로 그립니다. 1을 조금 넘으면 우리가 확인한 이름이 발표된 수보다
# 많은 것이며, 그대로 보여 줍니다.
#
# An announcement gives the number of firms in each grade, but not all the names. Papers print the highest and the
# lowest grade more often than the middle. We draw the share that is known by year. A value slightly above 1
# means that we have more names than the number announced; it is shown as it is.

# %%
rank_in_edition = coverage.assign(position=coverage["code"].map(position))
highest = rank_in_edition.groupby("gradedYear")["position"].transform("min") == rank_in_edition["position"]
bottom = rank_in_edition.groupby("gradedYear")["position"].transform("max") == rank_in_edition["position"]
parts = {
    str(Text("가장 높은 등급", "highest grade")): coverage[highest],
    str(Text("가운데 등급", "grades between")): coverage[~highest & ~bottom],
    str(Text("가장 낮은 등급", "lowest grade")): coverage[bottom],
}
shares = pd.DataFrame(
    {
        name: part.groupby("gradedYear")["known"].sum() / part.groupby("gradedYear")["announced"].sum()
        for name, part in parts.items()
    }
)
all_grades = coverage.groupby("gradedYear")[["known", "announced"]].sum()
all_grades["share"] = all_grades["known"] / all_grades["announced"]
with drawing():
    picture = figure(7, 3)
    axes = picture.add_axes((0.08, 0.14, 0.88, 0.72))
    for (name, series), colour, mark in zip(shares.items(), COLOURS, "so^", strict=False):
        axes.plot([int(year) for year in series.index], series.astype(float), color=colour, marker=mark, label=name)
    axes.axhline(1, color="#999999", linewidth=0.6)
    axes.set_ylim(0, 1.15)
    axes.set_ylabel(str(Text("이름을 아는 몫", "share known by name")))
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False)
picture

# %% [markdown]
# 최근 회차는 가장 높은 등급만 알려져 있고 나머지는 거의 알려지지 않았습니다. 그래서 "아는 등급"만 세면 실제보다
# 훨씬 좋아 보입니다. 기업이 나아져서가 아니라 좋은 소식이 주로 보도되기 때문입니다. 다음 셀에서 확인합니다.
#
# For recent editions little more than the highest grade is known. So the *known* grades look far better than those
# announced, not because firms improved but because good news was printed. The next cell checks this.

# %%
ratings = graph.query(f"""
SELECT ?year ?organisation ?code WHERE {{
  ?rating a kg:Rating ; kg:scheme/skos:notation "{SCHEME}" ; kg:year ?year ; kg:organisation ?organisation ;
    kg:grade/skos:notation ?code .
}} ORDER BY ?year ?organisation""")
known_top = ratings["code"].eq("outstanding").groupby(ratings["year"]).mean()
announced_top = editions["outstanding"] / editions.sum(axis="columns")
recent = int(ratings["year"].max()) - 1
assert known_top[recent] > 0.8 and announced_top[recent] < 0.25
print(
    Text(
        f"{recent}년도: 아는 등급 가운데 최우수는 {known_top[recent]:.0%}, 발표된 수로는 {announced_top[recent]:.0%}.",
        f"{recent} edition: outstanding among the known grades {known_top[recent]:.0%}, "
        f"by the numbers announced {announced_top[recent]:.0%}.",
    )
)

# %% [markdown]
# ## 등급 간 이동 / Flows between grades
#
# 명단이 가장 완전한 연속 회차 셋을 계산으로 골라 그립니다. 넓은 회색 띠는 명단의 빈 부분입니다.
#
# We draw the three consecutive editions with the most complete lists (selected by computation). The wide grey bands are
# the gaps in the lists.

# %%
usual = all_grades["share"].astype(float).loc[first_year_of_highest:]
last = int(usual.rolling(3).min().idxmax())
years = [last - 2, last - 1, last]
labelled = ratings.assign(grade=ratings["code"].map(dict(zip(grades["code"], grades["label"], strict=True))))
in_these = set(labelled.loc[labelled["year"].isin(years), "grade"])
rating_transitions(
    labelled,
    [label for label in grades["label"] if label in in_these],
    years,
    title=str(Text(f"동반성장지수, {years[0]}~{years[-1]}년도", f"Win-Win Index, editions {years[0]} to {years[-1]}")),
)

# %% [markdown]
# ## 상을 받은 기업은 등급이 더 좋은가 / Do award winners rate better?
#
# ### 방법 / Method
#
# 상은 윈윈 아너스(첫 선정 2023년 11월)입니다. 받은 곳에는 중소기업과 공공기관도 있지만 동반성장지수는 대기업만
# 평가하므로, 지수에 등급이 있는 수상 기업만 비교할 수 있습니다. 다음을 미리 정합니다.
#
# 1. 회차: 이름을 아는 비율이 4분의 3을 넘는 마지막 회차. 결과를 보고 고르지 않습니다.
# 2. 효과 크기: 클리프의 델타. 수상 기업과 다른 기업을 하나씩 뽑았을 때 앞이 높을 확률에서 뒤가 높을 확률을 뺀 값(−1…1).
#    순서만 사용합니다.
# 3. 유의성: 수상 여부를 섞는 순열 검정(시드 고정, 양측).
#
# The award is Win-Win Honors (first given in November 2023). Small firms and public institutions are among those
# honoured, but the Index assesses large and mid-size firms only, so only winners with an Index grade can be compared.
# We decide in advance:
#
# 1. Edition: the last one with more than three quarters of the firms known by name. It is not chosen by result.
# 2. Effect size: Cliff's delta, the probability that a random winner is above a random other firm, minus the
#    probability that it is below (−1…1). It uses only the order.
# 3. Significance: a permutation test of the winners (seeded, two-sided).

# %%
winners = graph.query("""
SELECT ?organisation ?kind (MIN(?held) AS ?first) WHERE {
  ?award a kg:Award ; kg:award/skos:notation "win-win-honors" ; kg:organisation ?organisation .
  OPTIONAL { ?organisation kg:kind/skos:notation ?kind }
  OPTIONAL { ?award kg:round/kg:heldEarliest ?held }
} GROUP BY ?organisation ?kind ORDER BY ?organisation""")
assert str(winners["first"].dropna().min())[:7] == "2023-11"
honoured = set(winners["organisation"])
edition = int(all_grades.index[all_grades["share"].astype(float) > 0.75].max())


def sample(year):
    """Places of grade (1 the highest of the scheme) of the winners and of the others with a known grade."""
    of_year = ratings[ratings["year"] == year]
    places = of_year["code"].map(position).astype(int)
    is_winner = of_year["organisation"].isin(honoured)
    return places[is_winner].to_numpy(), places[~is_winner].to_numpy()


def cliffs_delta(one, other):
    """P(one is better) - P(one is worse); a better grade has a smaller place."""
    return float(np.sign(other[None, :] - one[:, None]).mean())


def permutation_p(one, other, times=10_000, seed=20240831):
    """How often shuffled labels give a delta at least as far from 0; the observed arrangement counts as one."""
    rng = np.random.default_rng(seed)
    both, seen = np.concatenate([one, other]), abs(cliffs_delta(one, other))
    hits = 0
    for _ in range(times):
        rng.shuffle(both)
        hits += abs(cliffs_delta(both[: len(one)], both[len(one) :])) >= seen - 1e-12
    return (hits + 1) / (times + 1)


assert cliffs_delta(np.array([1, 2]), np.array([2, 3])) == 0.75  # by hand: 3 pairs better, 1 equal
assert permutation_p(np.array([1]), np.array([1])) == 1.0

# %% [markdown]
# ### 결과 / Results
#
# 모든 회차를 계산하지만 미리 정한 회차만 답으로 삼고, 나머지는 참고로 둡니다. 델타는 이름을 아는 비율과 함께
# 읽어야 합니다.
#
# All editions are computed, but only the edition chosen in advance is the answer; the others are shown for comparison.
# Read each delta together with the share known.

# %%
rows = []
for year in sorted(int(year) for year in ratings["year"].unique()):
    one, other = sample(year)
    rows.append(
        (
            *(year, float(all_grades["share"][year]), len(one), len(other), one.mean() - other.mean()),
            *(cliffs_delta(one, other), permutation_p(one, other)),
        )
    )
columns = ["year", "share", "winners", "others", "difference", "delta", "p"]
compared = pd.DataFrame(rows, columns=columns).round(3)
compared.attrs["labels"] = {
    "year": str(Text("평가 연도", "edition")),
    "share": str(Text("아는 몫", "share known")),
    "winners": str(Text("수상 기업", "winners")),
    "others": str(Text("다른 기업", "others")),
    "difference": str(Text("평균 자리의 차이(음수가 나음)", "difference of mean place (negative is better)")),
    "delta": str(Text("클리프의 델타", "Cliff's delta")),
    "p": str(Text("순열 p", "permutation p")),
}
answer = compared.set_index("year").loc[edition]
table(compared, str(Text(f"물음의 회차: {edition}", f"The edition asked: {edition}")))

# %%
assert edition == 2017 and answer["winners"] < 10
significance = (
    Text("우연과 구별하기 어렵습니다.", "This cannot be distinguished from chance.")
    if answer["p"] > 0.05
    else Text("우연만으로는 드뭅니다.", "Chance alone seldom gives this.")
)
print(
    Text(
        f"{edition}년도: 수상 기업 {answer['winners']:.0f}곳, 다른 기업 {answer['others']:.0f}곳, "
        f"델타 {answer['delta']:+.2f}, p = {answer['p']:.3f}, 아는 몫 {answer['share']:.0%}. {significance.ko}",
        f"Edition {edition}: {answer['winners']:.0f} winners, {answer['others']:.0f} others, "
        f"delta {answer['delta']:+.2f}, p = {answer['p']:.3f}, share known {answer['share']:.0%}. {significance.en}",
    )
)

# %% [markdown]
# ### 빈 부분이 결과를 바꿀 수 있나 / Could the gaps change the result?
#
# 등급별로 발표된 수에서 아는 수를 뺀 만큼이 모르는 등급입니다. 모르는 기업이 모두 수상하지 않았다고 가정하고 그 등급을
# 채워 델타를 다시 계산합니다. 등급별 수는 발표에 있으므로 지어낸 값이 아닙니다.
#
# The number of unknown grades is the announced number of each grade minus the known number. We assume that all unknown
# firms are non-winners, fill in these grades, and compute delta again. The numbers by grade were announced; none is
# invented.


# %%
def filled(year):
    """The winners' places, and the others' with the unnamed rest of each grade put in."""
    one, other = sample(year)
    of_year = coverage[coverage["gradedYear"] == year]
    missing = (of_year["announced"] - of_year["known"]).clip(lower=0).astype(int)
    rest = np.repeat(of_year["code"].map(position).astype(int).to_numpy(), missing.to_numpy())
    return one, np.concatenate([other, rest])


filled_rows = []
for year in (edition, recent):
    one, other = filled(year)
    naive = compared.set_index("year").loc[year, "delta"]
    filled_rows.append((year, len(one), len(other), naive, cliffs_delta(one, other), permutation_p(one, other)))
columns = ["year", "winners", "others", "before", "delta", "p"]
with_rest = pd.DataFrame(filled_rows, columns=columns).round(4)
with_rest.attrs["labels"] = compared.attrs["labels"] | {"before": str(Text("채우기 전 델타", "delta before filling"))}
assert (with_rest["delta"] >= with_rest["before"]).all()
table(with_rest, str(Text("발표된 수로 채운 뒤", "With the announced numbers filled in")))

# %% [markdown]
# 최근 회차에서 채우기 전의 델타는 작습니다. 아는 등급이 거의 다 최우수라 비교할 것이 없기 때문입니다. 채우고 나면
# 커집니다. 그러나 여기에도 편향이 있습니다. 등급을 모르는 수상 대기업은 빠져 있습니다. 그들이 모두 가장 낮은 등급이라
# 해도 최우수의 몫이 전체보다 높은지 봅니다.
#
# In the recent edition delta is small before filling, because nearly all known grades are the highest and there is
# nothing to compare. After filling it is large. This is biased, too: large winners whose grade is unknown are
# left out. We check the share of the highest grade supposing that all of them have a lower one.

# %%
large = set(winners.loc[winners["kind"].isin(["large-company", "mid-size-company"]), "organisation"])
graded = set(ratings.loc[ratings["year"] == recent, "organisation"])
top = set(ratings.loc[(ratings["year"] == recent) & (ratings["code"] == "outstanding"), "organisation"])
candidates = large | (honoured & graded)
low_bound, high_bound = len(candidates & top) / len(candidates), len(candidates & top) / len(candidates & graded)
whole = float(announced_top[recent])
assert whole < low_bound <= high_bound
print(
    Text(
        f"{recent}년도 최우수의 몫: 수상 대기업 {low_bound:.0%}~{high_bound:.0%}, 평가받은 전체 {whole:.0%}.",
        f"Highest grade in the {recent} edition: {low_bound:.0%} to {high_bound:.0%} of the large winners, "
        f"{whole:.0%} of all assessed.",
    )
)

# %% [markdown]
# ### 이 자료가 말하지 못하는 것 / What the data cannot say
#
# - **원인.** 상이 등급을 높인다는 것도, 등급이 상을 부른다는 것도 말하지 못합니다. 분석한 회차는 상이 생기기 전이므로
#   거기서 보이는 차이는 상의 효과일 수 없습니다. 상을 뽑을 때 등급을 보았다면 차이는 당연합니다.
# - **빠진 것.** 발표된 명단은 좋은 소식에 치우칩니다. 명단에 없다고 낮은 등급은 아니며, 평가가 없었을 수 있습니다.
# - **작은 수.** 어느 회차에도 지수에 등급이 있는 수상 기업은 열 곳이 안 됩니다. 한 곳만 달라도 델타가 움직입니다.
# - **같은 기업.** 회차마다 같은 기업이 되풀이되므로 회차들은 서로 독립이 아닙니다. 표의 p를 모아 말할 수 없습니다.
# - **등급의 뜻.** 등급의 사다리와 평가받는 기업이 해마다 달라, 평균 자리는 한 회차 안에서만 뜻이 있습니다.
# - **비교 가능성.** 업종과 크기를 맞추지 않았습니다. 어떤 업종의 큰 기업이 상도 등급도 더 받을 수 있습니다.
#
# What it cannot say:
#
# - **Cause.** Neither that the award raises the grade nor that the grade brings the award. The edition analysed is from
#   before the award existed, so a difference in it cannot be the award's effect. If the jury looked at grades, a
#   difference is no surprise.
# - **What is missing.** Published lists lean to good news. Not being listed is not a low grade; a firm may not have
#   been assessed.
# - **Small numbers.** In no edition do ten winners have an Index grade. One firm more or less moves delta.
# - **The same firms.** They recur from edition to edition, so editions are not independent; p-values cannot be pooled.
# - **Meaning of grades.** Ladder and firms assessed change by year: a mean place has meaning within an edition.
# - **Comparability.** Industry and size are not matched. Large firms of some industries may get more of both.

# %%
assert len(honoured & set(ratings["organisation"])) >= answer["winners"]
assert max(compared["winners"]) < 10
graph.close()
