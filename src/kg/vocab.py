"""The only place where IRIs are spelled."""

from __future__ import annotations

BASE = "https://w3id.org/sangsaeng/"


class Namespace(str):
    """A namespace: ``KG.Case`` or ``KG["Case"]`` is the IRI as plain text."""

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return self + name

    def __getitem__(self, name: object) -> str:
        return self + str(name)


KG = Namespace(BASE + "def#")
SHAPES = Namespace(BASE + "shapes#")
ID = Namespace(BASE + "id/")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
VOID = Namespace("http://rdfs.org/ns/void#")

GRAPH_REGISTER = ID["graph/register"]
GRAPH_PROFILE = ID["graph/profile"]
DEFAULT_POLICY = "default"

PREFIXES = {
    "kg": str(KG),
    "id": str(ID),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "xsd": str(XSD),
    "owl": str(OWL),
}


def rebased(text: str, base: str) -> str:
    """Text with ids under ``base`` instead of the toolkit's base; terms (``def#``) are unchanged.

    >>> rebased(f"<{ID['org/x']}> a <{KG.Case}>", "https://example.org/")
    '<https://example.org/id/org/x> a <https://w3id.org/sangsaeng/def#Case>'
    """
    return text if base == BASE else text.replace(ID, base + "id/")


def accepted_graph(policy: str = DEFAULT_POLICY) -> str:
    return ID[f"graph/accepted/{policy}"]


def analysis_graph(policy: str = DEFAULT_POLICY) -> str:
    return ID[f"graph/analysis/{policy}"]
