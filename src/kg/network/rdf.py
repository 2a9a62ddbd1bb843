"""Results of a measure as RDF for the analysis graph: one node a measurement, one node a result, no blank nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from kg.errors import Text
from kg.files import write_file
from kg.network.errors import NetworkError, unknown
from kg.network.measures import Measure, find_measure, ranks
from kg.network.measures.applicable import kind_of, require_kind
from kg.network.uncertainty.ranking import Ranking, Standing
from kg.vocab import BASE, DEFAULT_POLICY, ID, KG, RDF, SKOS, XSD, analysis_graph, rebased

if TYPE_CHECKING:
    import networkx as nx

DIGITS = 10  # significant digits written: sums of floats differ beyond


class Words(NamedTuple):
    """Text to write as a literal; a plain ``str`` is the IRI of a thing."""

    text: str
    language: str | None = None


Statement = tuple[str, str, str | Words | bool | int | Decimal]


def results_quads(
    graph: nx.Graph,
    measure_name: str,
    values: Mapping[str, float] | Ranking,
    policy: str | None = None,
    *,
    base: str = BASE,
    **parameters: Any,
) -> list[str]:
    """The results as sorted N-Quads lines of ``id/graph/analysis/{policy}``.

    Parameters
    ----------
    graph : networkx.Graph
        The network measured; a ranking brings bounds and is written for its base network.
    measure_name : str
        A name of ``kg.network.measures.MEASURES``.
    values : mapping by node id, or Ranking
        From :func:`kg.network.measures.measure`, or from :func:`kg.network.uncertainty.ranking.rank`.
    policy : str, optional
        By default the policy of the network; another one is refused.
    **parameters
        The options the measure was given, those of a ranking excepted, which it knows.

    A measurement (``id/measurement/{policy}/{kind}/{days}/{mode}/{roles}/{measure}``) says what was done: measure,
    parameters, library and version, the day of the data, kind of network, mode, roles. Each result
    (``id/result/…/{organisation}``) has organisation, value and rank, with a ranking also the bounds of both.
    The same input gives the same lines; no time of counting is written.

    >>> import networkx as nx
    >>> graph = nx.Graph([("a", "b")], kind="partnership", at="2024-12-31", mode="certain", roles=["lead"])
    >>> nx.set_node_attributes(graph, {"a": "https://w3id.org/sangsaeng/id/org/a", "b": "urn:b"}, "iri")
    >>> lines = results_quads(graph, "degree", {"a": 1, "b": 1})
    >>> print(next(line for line in lines if "/a> <https://w3id.org/sangsaeng/def#value>" in line)[:95])
    <https://w3id.org/sangsaeng/id/result/default/partnership/2024-12-31/certain/lead/degree/a> <ht
    """
    chosen = find_measure(measure_name)
    held = str(graph.graph.get("policy", DEFAULT_POLICY))
    parameters |= values.options if isinstance(values, Ranking) else {}
    _require(graph, chosen, policy or held, parameters)
    key = _key(graph, chosen, parameters, held)
    if isinstance(values, Ranking):
        _require_same(graph, measure_name, values)
        key += _readings_key(values)
        results = [*_of_readings(values, key), *(found for row in values.rows for found in _bounded(row, key))]
    else:
        results = list(_plain(graph, chosen, values, key))
    statements = [*_measure_terms(chosen), *_measurement(graph, chosen, parameters, key, held), *results]
    return _lines(statements, analysis_graph(held), base)


def write_results(
    target: Path,
    graph: nx.Graph,
    found: Mapping[str, Mapping[str, float] | Ranking],
    base: str = BASE,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
) -> int:
    """Write the results of several measures of one network as one N-Quads file, sorted; the number of quads.

    ``parameters`` has the options that each measure was given.

    Written aside and put in place, so that a file already there is never half replaced.
    """
    given = parameters or {}
    lines = sorted(
        {
            line
            for name, values in found.items()
            for line in results_quads(graph, name, values, base=base, **given.get(name, {}))
        }
    )
    write_file(target, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def _readings_key(ranking: Ranking) -> str:
    return f".readings-{ranking.dates}" + ("" if ranking.exact else f"-{ranking.looked_at}-seed-{ranking.seed}")


def _require(graph: nx.Graph, chosen: Measure, policy: str, parameters: Mapping[str, Any]) -> None:
    """The measure makes sense for the network, the network is of the policy, and the measure knows its parameters."""
    require_kind(graph, chosen.name)
    held = graph.graph.get("policy", DEFAULT_POLICY)
    if policy != held:
        raise NetworkError(
            Text(
                f"네트워크는 방침 '{held}'의 것인데 '{policy}'의 그래프에 쓰라고 했습니다.",
                f"The network is of policy '{held}', and '{policy}' was asked for; measure a network of that policy.",
            )
        )
    for name in parameters:
        if name not in chosen.options:
            raise unknown(Text(f"{chosen.name}의 옵션", f"option of {chosen.name}"), name, chosen.options)


def _require_same(graph: nx.Graph, name: str, ranking: Ranking) -> None:
    facts = ("kind", "at", "between", "roles", "programme", "policy", "mode")
    if ranking.measure != name or any(graph.graph.get(fact) != ranking.base.graph.get(fact) for fact in facts):
        raise NetworkError(
            Text(
                f"이 순위는 {ranking.measure}의 것이거나 다른 네트워크의 것입니다. ranking.base를 주십시오.",
                f"This ranking is of {ranking.measure} or of another network; give its own measure and ranking.base.",
            )
        )


def _key(graph: nx.Graph, chosen: Measure, parameters: Mapping[str, Any], policy: str) -> str:
    """The id of a measurement as a path: all of its options, nothing of its results."""
    about = graph.graph
    what = "+".join(about.get("roles") or about.get("contribution_kinds") or ["all"])
    what += ".fractional" if about.get("weighting") == "fractional" else ""
    what += ".unnamed" if about.get("unnamed") else ""
    what += "." + "+".join(about["programme"]) if about.get("programme") else ""
    with_ = "".join(f".{name}-{value}" for name, value in sorted(_stated(chosen, parameters).items()))
    days = _days(graph).replace("/", "_") or "all"
    parts = (policy, kind_of(graph), days, about.get("mode") or "certain", what, chosen.name + with_)
    return "/".join(quote(part, safe="+") for part in parts)


def _stated(chosen: Measure, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are not what is taken if nothing is said."""
    return {name: value for name, value in parameters.items() if chosen.options.get(name) != value}


def _days(graph: nx.Graph) -> str:
    """The day or span asked for, as EDTF."""
    between = graph.graph.get("between")
    return "/".join(between) if between else graph.graph.get("at") or ""


def _measure_terms(chosen: Measure) -> Iterator[Statement]:
    concept = _concept(chosen)
    yield concept, RDF.type, SKOS.Concept
    yield concept, SKOS.inScheme, ID["code/network-measure"]
    yield concept, SKOS.notation, Words(chosen.name)
    for language in ("ko", "en"):
        yield concept, SKOS.prefLabel, Words(getattr(chosen.label, language), language)
        yield concept, SKOS.definition, Words(getattr(chosen.meaning, language), language)


def _concept(chosen: Measure) -> str:
    return ID[f"code/network-measure/{chosen.name.replace('_', '-')}"]


def _measurement(
    graph: nx.Graph, chosen: Measure, parameters: Mapping[str, Any], key: str, policy: str
) -> Iterator[Statement]:
    this, about = ID[f"measurement/{key}"], graph.graph
    yield this, RDF.type, KG.Measurement
    yield this, KG.measure, _concept(chosen)
    yield this, KG.policy, ID[f"policy/{policy}"]
    yield this, KG.method, Words(chosen.source)
    yield this, KG.library, Words(chosen.library)
    yield this, KG.libraryVersion, Words(chosen.version)
    yield this, KG.networkKind, Words(kind_of(graph))
    yield this, KG.nodeCount, graph.number_of_nodes()
    yield this, KG.tieCount, graph.number_of_edges()
    for name, value in sorted({**chosen.options, **parameters}.items()):
        yield this, KG.parameter, Words(f"{name}={str(value).lower() if isinstance(value, bool) else value}")
    yield from _options(this, about)
    for predicate, choice in ((KG.networkMode, about.get("mode")), (KG.weighting, about.get("weighting"))):
        if choice:
            yield this, predicate, Words(choice)
    days = _days(graph) or about.get("last_date")  # without a day asked for, the last day of the data
    if days:
        yield this, KG.asOf, Words(days)


def _options(this: str, about: Mapping[str, Any]) -> Iterator[Statement]:
    """Whose ties were asked for; of a co-attendance network the roles are capacities."""
    attended = about.get("unit") == "events"
    for role in about.get("roles") or ():
        yield this, KG.capacity if attended else KG.role, ID[f"code/{'capacity' if attended else 'role'}/{role}"]
    for kind in about.get("contribution_kinds") or ():
        yield this, KG.kind, ID[f"code/contribution-kind/{kind}"]
    if about.get("unnamed"):
        yield this, KG.parameter, Words("unnamed=true")


def _of_readings(ranking: Ranking, key: str) -> Iterator[Statement]:
    this = ID[f"measurement/{key}"]
    yield this, KG.readings, ranking.looked_at
    yield this, KG.exact, ranking.exact
    yield this, KG.parameter, Words(f"dates={ranking.dates}")
    if not ranking.exact:
        yield this, KG.parameter, Words(f"readings-seed={ranking.seed}")


def _plain(graph: nx.Graph, chosen: Measure, values: Mapping[str, float], key: str) -> Iterator[Statement]:
    places = ranks(values, low_is_first=chosen.low_is_first)
    for node, value in values.items():
        data = graph.nodes[node]
        yield from _result(node, data.get("iri") or str(node), data.get("kind"), value, places[node], key)


def _bounded(row: Standing, key: str) -> Iterator[Statement]:
    if row.value is None or row.rank is None:
        return
    this = _result_id(row.organisation, key)
    yield from _result(row.organisation, row.iri, row.kind, row.value, row.rank, key)
    yield this, KG.lowerBound, _decimal(row.lower)
    yield this, KG.upperBound, _decimal(row.upper)
    yield this, KG.bestRank, row.best
    yield this, KG.worstRank, row.worst


def _result_id(node: str, key: str) -> str:
    return ID[f"result/{key}/{quote(str(node), safe='+')}"]


def _result(node: str, iri: str, kind: str | None, value: float, place: int, key: str) -> Iterator[Statement]:
    this = _result_id(node, key)
    path = "case" if kind == "case" else "org"  # a two-mode network has cases as nodes, too
    if ":" not in iri:  # tables made by hand may have plain ids
        iri = ID[f"{path}/{quote(node, safe='+')}"]
    yield this, RDF.type, KG.MeasureResult
    yield this, KG.measurement, ID[f"measurement/{key}"]
    yield this, KG.case if kind == "case" else KG.organisation, iri
    yield this, KG.value, _decimal(value)
    yield this, KG.rank, place


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{DIGITS}g}")


def _lines(statements: list[Statement], graph: str, base: str) -> list[str]:
    import pyoxigraph

    quads = (
        pyoxigraph.Quad(
            pyoxigraph.NamedNode(rebased(subject, base)),
            pyoxigraph.NamedNode(predicate),
            _term(value, base),
            pyoxigraph.NamedNode(rebased(graph, base)),
        )
        for subject, predicate, value in statements
    )
    return sorted({f"{quad} ." for quad in quads})


def _term(value: str | Words | bool | int | Decimal, base: str) -> Any:
    from pyoxigraph import Literal, NamedNode

    if isinstance(value, Words):
        return Literal(value.text, language=value.language) if value.language else Literal(value.text)
    if isinstance(value, str):
        return NamedNode(rebased(value, base))
    if isinstance(value, bool):
        return Literal(str(value).lower(), datatype=NamedNode(XSD.boolean))
    if isinstance(value, int):
        return Literal(str(value), datatype=NamedNode(XSD.integer))
    return Literal(f"{value:f}", datatype=NamedNode(XSD.decimal))
