"""The terms of R2RML and RML that are supported, and the reasons for refusing others."""

from __future__ import annotations

from kg.errors import Text
from kg.vocab import Namespace

RR = Namespace("http://www.w3.org/ns/r2rml#")
RML = Namespace("http://semweb.mmlab.be/ns/rml#")
RML_CORE = Namespace("http://w3id.org/rml/")
QL = Namespace("http://semweb.mmlab.be/ns/ql#")
FNML = Namespace("http://semweb.mmlab.be/ns/fnml#")

PREFIXES = {"rr:": RR, "rml:": RML, "rml: ": RML_CORE, "ql:": QL, "fnml:": FNML}

_RR_WORDS = [
    "subjectMap", "subject", "predicateObjectMap", "predicateMap", "predicate", "objectMap", "object", "graphMap",
    "graph", "class", "template", "constant", "termType", "datatype", "language", "parentTriplesMap", "joinCondition",
    "child", "parent",
]  # fmt: skip
_RML_WORDS = ["logicalSource", "source", "referenceFormulation", "reference", "iterator"]
_CORE_WORDS = [*_RR_WORDS, *_RML_WORDS, "datatypeMap", "languageMap", "baseIRI", "childMap", "parentMap"]

# the IRI of a property, and its short name, the same for all three namespaces
PROPERTIES: dict[str, str] = {
    **{RR[word]: word for word in _RR_WORDS},
    **{RML[word]: word for word in [*_RML_WORDS, "datatypeMap", "languageMap"]},
    **{RML_CORE[word]: word for word in _CORE_WORDS},
}
OURS = (RR, RML, RML_CORE, FNML)

IRI = {RR["IRI"], RML_CORE["IRI"], RML_CORE["URI"]}  # a URI is an IRI in which non-ASCII letters are also encoded
LITERAL = {RR["Literal"], RML_CORE["Literal"]}
UNSAFE = {RML_CORE["UnsafeIRI"], RML_CORE["UnsafeURI"]}
BLANK_NODE = {RR["BlankNode"], RML_CORE["BlankNode"]}
DEFAULT_GRAPH = {RR["defaultGraph"], RML_CORE["defaultGraph"]}
TABLES = {QL["CSV"], RML_CORE["CSV"]}
JSON = {QL["JSONPath"], RML_CORE["JSONPath"]}

# the properties allowed at each kind of node
TRIPLES_MAP = {"logicalSource", "subjectMap", "subject", "predicateObjectMap", "baseIRI"}
SOURCE = {"source", "referenceFormulation", "iterator"}
PAIR = {"predicateMap", "predicate", "objectMap", "object", "graphMap", "graph"}
EXPRESSION = {"template", "constant", "reference", "termType"}
SUBJECT = EXPRESSION | {"class", "graphMap", "graph"}
OBJECT = EXPRESSION | {"datatype", "datatypeMap", "language", "languageMap"}
PARENT = {"parentTriplesMap", "joinCondition"}
JOIN = {"child", "parent", "childMap", "parentMap"}

_SQL = Text("SQL 소스는 지원하지 않습니다. 표를 파일로 두고 rml:source로 지정하십시오.",
            "SQL sources are not supported; keep the table as a file and name it by rml:source")  # fmt: skip
_FUNCTION = Text("함수는 지원하지 않습니다. 값을 표에 미리 계산해 두십시오.",
                 "functions are not supported; compute the value into a column of the table")  # fmt: skip
REASONS: dict[str, Text] = {
    "sqlQuery": _SQL, "query": _SQL, "tableName": _SQL, "logicalTable": _SQL, "sqlVersion": _SQL,
    "functionValue": _FUNCTION, "functionExecution": _FUNCTION, "execution": _FUNCTION, "functionMap": _FUNCTION,
    "column": Text("rr:column은 SQL 소스에만 쓰는 용어입니다. rml:reference를 쓰십시오.",
                   "rr:column belongs to SQL sources; write rml:reference"),
    "inverseExpression": Text("SQL 소스에서만 의미가 있습니다.", "is only meaningful for SQL sources"),
    "quotedTriplesMap": Text("RDF-star는 지원하지 않습니다.", "RDF-star is not supported"),
    "logicalTarget": Text("출력 대상은 명령에서 정합니다.", "the target is chosen by the command"),
}  # fmt: skip
UNKNOWN = Text("지원하지 않는 속성입니다.", "this property is not supported here")


def short(iri: str) -> str:
    """The prefixed name of an IRI, such as ``rr:template``."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return prefix.strip() + iri[len(namespace) :]
    return iri
