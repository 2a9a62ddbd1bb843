"""The terms of SHACL, as defined by the Recommendation of 2017 and its notes, and the kinds of their values."""

from __future__ import annotations

from kg.vocab import Namespace

SH = Namespace("http://www.w3.org/ns/shacl#")
DASH = Namespace("http://datashapes.org/dash#")


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: parameters of SHACL Core by the kind of their value
IRIS = frozenset({"class", "datatype", "nodeKind", "equals", "disjoint", "lessThan", "lessThanOrEquals"})
INTEGERS = frozenset({"minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"})
BOUNDS = frozenset({"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"})
STRINGS = frozenset({"pattern", "flags"})
BOOLEANS = frozenset({"uniqueLang", "closed", "qualifiedValueShapesDisjoint", "deactivated"})
TERM_LISTS = frozenset({"in", "languageIn", "ignoredProperties"})
SHAPES = frozenset({"node", "not", "property", "qualifiedValueShape"})
SHAPE_LISTS = frozenset({"or", "and", "xone"})
PARAMETERS = IRIS | INTEGERS | BOUNDS | STRINGS | BOOLEANS | TERM_LISTS | SHAPES | SHAPE_LISTS | {"hasValue"}

#: parameters that may have several values, each of which is a separate constraint
REPEATABLE = frozenset({
    "class", "equals", "disjoint", "lessThan", "lessThanOrEquals", "hasValue", "node", "not", "property",
}) | SHAPE_LISTS  # fmt: skip
#: parameters that only a property shape may have
OF_PROPERTIES = frozenset({
    "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedValueShape", "qualifiedMinCount",
    "qualifiedMaxCount", "qualifiedValueShapesDisjoint",
})  # fmt: skip
#: parameters that have no meaning without one of the parameters named
NEEDS = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
}
#: of these, parameters that are ignored if alone (W3C test node/qualified-001); others are faults
IGNORED_ALONE = frozenset({"qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"})
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
REPEATED_PATHS = ("zeroOrMore", "oneOrMore", "zeroOrOne")
PATH_KINDS = ("inversePath", "alternativePath", *(f"{kind}Path" for kind in REPEATED_PATHS))
ABOUT_SHAPES = frozenset({"severity", "message", "name", "description", "order", "group", "defaultValue"})
NODE_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")

#: predicates of shapes that are left to pySHACL, with their names in messages
EXTENSIONS = {
    "sparql": ("SPARQL 제약", "a SPARQL constraint"),
    "target": ("SPARQL 대상", "a SPARQL target"),
    "rule": ("규칙", "a rule"),
    "expression": ("노드 표현식 제약", "a node expression constraint"),
}
#: predicates of SPARQL constraints, which may be on a shape that is its own constraint
_SPARQL = "select ask construct update prefixes declare prefix namespace labelTemplate resultAnnotation"
#: predicates of validation reports
_REPORTS = (
    "conforms detail focusNode result resultMessage resultPath resultSeverity shapesGraphWellFormed sourceConstraint"
    " sourceConstraintComponent sourceShape value"
)
_OTHERS = (
    "annotationProperty annotationValue annotationVarName condition entailment filterShape intersection nodes object"
    " nodeValidator optional parameter predicate propertyValidator returnType shapesGraph subject suggestedShapesGraph"
    " this union validator"
)
#: unsupported predicates, with the feature that they belong to
REFUSED = {
    **dict.fromkeys(("js", "jsFunctionName", "jsLibrary", "jsLibraryURL"), ("JavaScript", "JavaScript")),
    "values": ("값 규칙", "a rule for values"),
}
ON_SHAPES = (
    PARAMETERS | set(TARGETS) | ABOUT_SHAPES | set(EXTENSIONS) | {"path", *_SPARQL.split(), "optional", "entailment"}
)
PREDICATES = ON_SHAPES | set(PATH_KINDS) | set(f"{_REPORTS} {_OTHERS}".split()) | set(REFUSED)
COMPONENTS = frozenset(
    f"{name[0].upper()}{name[1:]}ConstraintComponent"
    for name in PARAMETERS
    - {"flags", "ignoredProperties", "qualifiedValueShapesDisjoint", "qualifiedValueShape", "deactivated"}
) | {"SPARQLConstraintComponent", "JSConstraintComponent", "ExpressionConstraintComponent"}
THINGS = (
    COMPONENTS
    | set(NODE_KINDS)
    | {"Violation", "Warning", "Info"}
    | words(
        "AbstractResult ConstraintComponent Function JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget"
        " JSTargetType JSValidator NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup"
        " PropertyShape ResultAnnotation Rule Rules SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint"
        " SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule SPARQLSelectExecutable"
        " SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Severity Shape Target TargetType"
        " TripleRule ValidationReport ValidationResult Validator this"
    )
)
#: values of sh:entailment that pySHACL supports, with their names in pySHACL
ENTAILMENTS = {"http://www.w3.org/ns/entailment/RDFS": "rdfs", SH.Rules: "none"}
#: vocabularies that a shapes graph may import; only their terms are needed, which are known here
KNOWN_IMPORTS = frozenset({str(SH).rstrip("#"), str(SH), str(DASH).rstrip("#"), str(DASH)})
#: terms of DASH that describe shapes for display and forms; its other terms are constraints
DASH_ABOUT_SHAPES = words(
    "abstract actionGroup applicableToClass cardinality defaultLang defaultViewForRole detailsEndpoint detailsGraph"
    " editor generateClass generatePrefixClasses hidden icon indexed localConstraint neverMaterialize propertyRole"
    " propertySuggestionGenerator readOnly resourceAction suggestion suggestionConfidence suggestionGenerator viewer"
    " width height x y"
)
