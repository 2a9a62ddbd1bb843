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
# # 1 · 첫 질문 / First questions
#
# 누가 누구와 어떤 사례에서 협력했는지 살펴봅니다. 준비된 질문으로 시작해 SPARQL로 넘어갑니다. 메시지와 표의 언어는
# `KG_LANG`(`ko`, `en`)을 따릅니다.
#
# Who worked with whom, and in which case? We start with shipped questions and continue with SPARQL. Messages and tables
# follow `KG_LANG` (`ko` or `en`).

# %%
import kg
from kg.errors import Text
from kg.notebook import open_near, table

# %load_ext kg.notebook

graph = open_near()  # KG_GRAPH if set, else build/ here or one folder up, else the shipped tables

# %% [markdown]
# ## 준비된 질문 / The shipped questions
#
# `%sparql`만 쓰면 질문 목록이 나옵니다. 이름과 매개변수는 Tab으로 자동 완성됩니다.
#
# `%sparql` alone lists the questions. Tab completes their names and parameters.

# %%
# %sparql

# %% [markdown]
# 기관 이름은 평소 쓰는 대로 적습니다. 결과 표의 머리글은 읽기 쉬운 이름이며, 마우스를 올리면 열 이름이 보입니다. IRI는
# 짧은 링크로, 출처에 없는 값은 —로 나옵니다.
#
# Write the name of an organisation in any usual form. Headings are readable labels; hover over one to see the column
# name. IRIs are short links, and values that no source states are shown as —.

# %%
# %sparql partners-of organisation=LG전자

# %%
# %sparql gave-and-gained organisation=한국서부발전

# %% [markdown]
# 모르는 이름을 쓰면 가장 비슷한 이름 셋을 보여 줍니다. 추측해서 답하지 않습니다.
#
# For an unknown name the three nearest are shown. Nothing is guessed.

# %%
try:
    graph.query("partners-of", organisation="LG전쟈")
except kg.KgError as error:
    print(error)

# %% [markdown]
# ## 직접 쓰는 SPARQL / Your own SPARQL
#
# 접두어 `kg:`, `id:`, `rdfs:`, `skos:`, `xsd:`는 적지 않아도 됩니다. 먼저 무엇이 얼마나 있는지 봅니다.
#
# The prefixes `kg:`, `id:`, `rdfs:`, `skos:` and `xsd:` need no declaration. First: what does the graph contain,
# and how much of it?

# %% tags=["active-ipynb"]
# %%sparql
# SELECT ?class (COUNT(?thing) AS ?things) WHERE {
#   ?thing a ?class .
#   FILTER(?class IN (kg:Organisation, kg:Case, kg:Participation, kg:Rating, kg:Award, kg:Event, kg:Source))
# } GROUP BY ?class ORDER BY DESC(?things)

# %% [markdown]
# 관계는 두 기관 사이의 선이 아니라 **사례**입니다. 사례에는 역할을 가진 참여, 날짜, 출처가 있습니다.
#
# A partnership is not a bare edge but a **case**: it has participations with roles, a date, and sources.

# %% tags=["active-ipynb"]
# %%sparql --into parties
# SELECT ?case ?name ?role ?day WHERE {
#   ?case a kg:Case ; kg:participation ?p .
#   ?p kg:organisation/rdfs:label ?name ; kg:role/skos:notation ?role .
#   OPTIONAL { ?case kg:selectedLatest ?day }
#   FILTER(LANG(?name) = "ko")
# } ORDER BY ?case ?role ?name

# %% [markdown]
# `--into`로 받은 결과는 pandas DataFrame입니다. 사례를 연도별로(날짜 범위의 마지막 날 기준) 세고, 날짜 없는 사례도
# 셉니다.
#
# `--into` stores the answer as a pandas DataFrame. We count the cases by year (of the latest bound), and those without
# a date.

# %%
cases = parties.drop_duplicates("case")
by_year = cases["day"].map(lambda day: str(day.year), na_action="ignore").fillna(str(Text("날짜 없음", "no date")))
counted = by_year.value_counts().sort_index()
assert counted.sum() == cases["case"].nunique()
table(counted.rename_axis(str(Text("해", "year"))).reset_index(name=str(Text("사례", "cases"))))

# %% [markdown]
# ## 출처 확인 / Sources
#
# 모든 진술은 해당 출처의 명명 그래프에 있습니다. 한 사례를 언급한 출처와 위치를 찾습니다.
#
# Every claim is in the named graph of its source. We look up which sources mention a case, and where.

# %%
case = cases.loc[cases["case"].str.contains("lge-semisolution"), "case"].item()
# %sparql evidence-of-case case=$case

# %% [markdown]
# 출처가 여럿이어도 같은 발표를 옮긴 것이면 계통은 하나입니다. 그래서 출처 수와 계통 수를 따로 셉니다.
#
# Several sources that repeat one announcement have one *origin*, so sources and origins are counted separately.

# %%
ties = graph.query("ties-by-origins")
one_origin = int((ties["origins"] == 1).sum())
more_origins = int((ties["origins"] > 1).sum())
print(
    Text(
        f"관계 {len(ties)}개 가운데 {one_origin}개는 한 계통, {more_origins}개는 두 계통 이상이 말합니다.",
        f"Of {len(ties)} ties {one_origin} rest on one origin and {more_origins} on two or more.",
    )
)

# %% [markdown]
# ## 예·아니요, 그리고 Turtle / Yes or no, and Turtle

# %%
# %sparql ASK { ?case a kg:Case ; kg:supporterParticipation ?p }

# %% tags=["active-ipynb"]
# %%sparql
# CONSTRUCT { ?case a kg:Case ; rdfs:label ?label ; kg:participation ?p }
# WHERE { ?case a kg:Case ; rdfs:label ?label ; kg:participation ?p . FILTER(CONTAINS(STR(?case), "lge-semisolution")) }
