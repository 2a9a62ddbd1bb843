"""Policies: the rules by which one value is accepted where claims differ, in the order in which they are applied.

A policy comes with the tables of a build (``policies.csv``) or is given when it is needed, as text or pairs. Names of
rules and their arguments are checked when a :class:`Rule` is made; sources and stances against the build it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kg.dialect import parquet_relation
from kg.errors import KgError, Text
from kg.records.schema import Schema
from kg.values import nfc

ONLY_SOURCE, REQUIRE_ORIGINS = "only-source", "require-origins"
PREFER_LATEST, PREFER_MORE_ORIGINS = "prefer-latest", "prefer-more-origins"
PREFER_STANCE, PREFER_TABLE = "prefer-stance", "prefer-table"
PREFER_NAME = "prefer-name"  # chooses a label among names; no claim is set aside by it
FILTERS = (ONLY_SOURCE, REQUIRE_ORIGINS)  # they leave out claims; the other rules choose between values that differ
RULES = (ONLY_SOURCE, PREFER_LATEST, PREFER_MORE_ORIGINS, PREFER_NAME, PREFER_STANCE, PREFER_TABLE, REQUIRE_ORIGINS)
WITHOUT_ARGUMENT = (PREFER_MORE_ORIGINS, PREFER_TABLE)
DEFAULT_STANCES = ("correction", "announcement", "report", "plan", "retrospective")
DEFAULT_NAMES = ("own", "register", "press", "reference", "data-service")
GIVEN = "given"  # the name of a policy whose rules were given directly
_NUMBER = re.compile(r"0*[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Rule:
    """One rule of a policy; raises ``KgError`` for a rule that does not exist and for an argument of the wrong form.

    ``argument`` is a source (``only-source``), a number of origins (``require-origins``), stances from the best to the
    worst, separated by ``>`` (``prefer-stance``), a stance (``prefer-latest``), or kinds of name from the best to the
    worst (``prefer-name``). Without it the rule has a default,
    except ``only-source``.
    """

    name: str
    argument: str | None = None

    def __post_init__(self) -> None:
        fault = _fault(self.name, self.argument)
        if fault:
            raise KgError(fault)

    @property
    def stances(self) -> tuple[str, ...]:
        """The stances that the rule names, the best first; those of its default if it has no argument."""
        if self.name == PREFER_STANCE:
            return tuple(part.strip() for part in self.argument.split(">")) if self.argument else DEFAULT_STANCES
        if self.name == PREFER_LATEST:
            return (self.argument or DEFAULT_STANCES[0],)
        return ()

    @property
    def name_kinds(self) -> tuple[str, ...]:
        """The kinds of name that ``prefer-name`` takes, the best first; those of its default if it has no argument."""
        return tuple(part.strip() for part in self.argument.split(">")) if self.argument else DEFAULT_NAMES

    @property
    def origins(self) -> int:
        """How many origins ``require-origins`` requires of a value."""
        return int(self.argument or 2)


def _fault(name: str, argument: str | None) -> Text | None:
    """What is wrong with a rule by itself."""
    if name not in RULES:
        known = ", ".join(RULES)
        return Text(
            f"규칙 {name!r}은(는) 없습니다. 사용할 수 있는 규칙: {known}.",
            f"there is no rule {name!r}. Known rules: {known}.",
        )
    if name == ONLY_SOURCE and not argument:
        return Text(
            "규칙 only-source에는 출처를 지정해야 합니다. 예: only-source=출처ID",
            "the rule only-source needs a source: only-source=SOURCE.",
        )
    if name in WITHOUT_ARGUMENT and argument:
        return Text(
            f"규칙 {name}에는 인자를 쓸 수 없습니다: {argument!r}.",
            f"the rule {name} takes no argument: {argument!r}.",
        )
    if name == REQUIRE_ORIGINS and argument and not _NUMBER.fullmatch(argument):
        return Text(
            f"규칙 require-origins의 인자는 1 이상 999999 이하의 정수여야 합니다: {argument!r}.",
            f"the argument of the rule require-origins must be a whole number from 1 to 999999: {argument!r}.",
        )
    if name == PREFER_LATEST and argument and ">" in argument:
        return Text(
            f"규칙 prefer-latest에는 진술 성격을 하나만 지정합니다: {argument!r}.",
            f"the rule prefer-latest takes one stance: {argument!r}.",
        )
    return None


@dataclass(frozen=True)
class Policy:
    """A name and rules in the order in which they are applied."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def only_source(self) -> str | None:
        """The source whose claims alone are considered, if a rule says so."""
        return next((rule.argument for rule in self.rules if rule.name == ONLY_SOURCE), None)


PolicyLike = Policy | str | Sequence[str | tuple[str, str | None]]


@dataclass(frozen=True)
class Choices:
    """What a policy for one build may name: stored policies, sources with their publishers, stances."""

    policies: Mapping[str, Policy]
    sources: Mapping[str, str]
    stances: frozenset[str] = frozenset(DEFAULT_STANCES)


def read_policies(connection: duckdb.DuckDBPyConnection) -> dict[str, Policy]:
    """The policies of ``raw.policies``, their rules in order; raises ``KgError`` for a rule that cannot be used."""
    rows = connection.execute(
        "SELECT policy, position, rule, argument FROM raw.policies ORDER BY policy, position::INT"
    ).fetchall()
    rules: dict[str, list[Rule]] = {}
    for policy, position, rule, argument in rows:
        if fault := _fault(rule, argument):
            where = f"policies, {policy} {position}"
            raise KgError(Text(f"{where}: {fault.ko}", f"{where}: {fault.en}"))
        rules.setdefault(policy, []).append(Rule(rule, argument))
    return {name: Policy(name, tuple(found)) for name, found in rules.items()}


def read_choices(connection: duckdb.DuckDBPyConnection, schema: Schema) -> Choices:
    """The choices of the tables in ``raw`` and ``resolved``."""
    sources = dict(connection.execute("SELECT source, publisher FROM raw.sources ORDER BY source").fetchall())
    stances = " UNION ".join(f"SELECT stance FROM resolved.{table.name}" for table in schema.facts)
    used = {row[0] for row in connection.execute(stances).fetchall() if row[0]}
    return Choices(read_policies(connection), sources, frozenset(DEFAULT_STANCES) | used)


def stored_choices(records: Path, schema: Schema) -> Choices:
    """The choices of a finished build, from its folder ``records``."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw; CREATE SCHEMA resolved")
        for name in ("raw.policies", "raw.sources", *(f"resolved.{table.name}" for table in schema.facts)):
            file = records / f"{name.partition('.')[2]}.parquet"
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {parquet_relation(file)}")
        return read_choices(connection, schema)


def find_policy(wanted: PolicyLike, choices: Choices) -> Policy:
    """A stored policy by name, or one of rules given now: pairs, or text such as ``require-origins=2, prefer-table``.

    Raises ``KgError`` for a policy or a rule that does not exist, and for a source or a stance that the build does not
    have. A stored policy may name a source that is not in the tables: it then accepts nothing.
    """
    if isinstance(wanted, str) and wanted.strip() in choices.policies:
        return choices.policies[wanted.strip()]
    if isinstance(wanted, Policy):
        policy = wanted
    elif isinstance(wanted, str):
        policy = Policy(GIVEN, _rules_from_text(wanted, choices))
    else:
        policy = Policy(GIVEN, tuple(_rule(given) for given in wanted))
    for rule in policy.rules:
        _require_known(rule, choices)
    return policy


def _rules_from_text(text: str, choices: Choices) -> tuple[Rule, ...]:
    """Rules separated by commas; a single word that is no rule must be the wrong name of a policy."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or (len(parts) == 1 and "=" not in parts[0] and parts[0] not in RULES):
        known, rules = ", ".join(sorted(choices.policies)) or "-", ", ".join(RULES)
        raise KgError(
            Text(
                f"방침 {text!r}은(는) 없습니다. 사용할 수 있는 방침: {known}. 규칙을 직접 적어도 됩니다: {rules}.",
                f"there is no policy {text!r}. Known: {known}. Rules can also be given: {rules}.",
            )
        )
    return tuple(_rule(part) for part in parts)


def _rule(given: str | tuple[str, str | None]) -> Rule:
    if isinstance(given, str):
        name, _, text = given.partition("=")
        return Rule(name.strip(), text.strip() or None)
    name, argument = given
    return Rule(name, None if argument is None else str(argument).strip() or None)


def _require_known(rule: Rule, choices: Choices) -> None:
    if rule.name == ONLY_SOURCE:
        find_sources([rule.argument or ""], choices.sources)
    unknown = [stance for stance in rule.stances if stance not in choices.stances]
    if unknown:
        known = ", ".join(sorted(choices.stances))
        raise KgError(
            Text(
                f"규칙 {rule.name}의 진술 성격 {unknown[0]!r}은(는) 없습니다. 사용할 수 있는 값: {known}.",
                f"the rule {rule.name} names a stance that does not exist: {unknown[0]!r}. Known: {known}.",
            )
        )


def find_sources(wanted: Iterable[str], sources: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of sources given by id or IRI; raises ``KgError`` with the nearest three for one that does not exist.

    ``sources`` has the publisher of each id.
    """
    found = []
    for text in wanted:
        name = nfc(text).strip().rsplit("/id/source/", 1)[-1]
        if name not in sources:
            raise _unknown_source(name, sources)
        found.append(name)
    return tuple(dict.fromkeys(found))


def _unknown_source(name: str, sources: Mapping[str, str]) -> KgError:
    from kg.matching.near_names import nearest_names  # here, because only an error needs it

    near = [source for source, _ in nearest_names(name, [(source, source) for source in sources])]
    shown = ", ".join(f"{source} ({sources[source]})" for source in near) or "-"
    return KgError(
        Text(f"출처 {name!r}은(는) 없습니다. 비슷한 출처: {shown}.", f"there is no source {name!r}. Nearest: {shown}.")
    )
