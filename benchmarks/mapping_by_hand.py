# ruff: noqa: E501  # tables and terms read best on one line
"""The same quads with rdflib by hand, a loop over the rows of each table: ``mapping_by_hand.py FOLDER TARGET``."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TERMS, THINGS = "https://w3id.org/sangsaeng/def#", "https://w3id.org/sangsaeng/id/"


def main(folder: Path, target: Path) -> None:
    from rdflib import Dataset

    dataset = Dataset()
    add_organisations_and_cases(dataset, folder)
    add_participations_and_ratings(dataset, folder)
    dataset.serialize(target, format="nquads", encoding="utf-8")


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def add(graph: Any, subject: Any, predicate: Any, made: Any, needed: str = "x") -> None:
    """The triple, if the cell it needs is not empty."""
    if needed:
        graph.add((subject, predicate, made))


def add_organisations_and_cases(dataset: Any, folder: Path) -> None:
    from rdflib import RDF, RDFS, XSD, Literal, Namespace

    kg, thing = Namespace(TERMS), Namespace(THINGS)
    for row in rows(folder, "organisations"):
        graph = dataset.graph(thing["graph/register"])
        one = thing["org/" + row["organisation"]]
        add(graph, one, RDF.type, kg.Organisation)
        add(graph, one, RDFS.label, Literal(row["name_ko"], lang="ko"), row["name_ko"])
        add(graph, one, RDFS.label, Literal(row["name_en"], lang="en"), row["name_en"])
        add(graph, one, kg.kind, thing["code/organisation-kind/" + row["kind"]], row["kind"])
        add(graph, one, kg.country, Literal(row["country"]), row["country"])
        add(graph, one, kg.partOf, thing["org/" + row["part_of"]], row["part_of"])
        add(graph, one, kg.identifierValue, Literal(row["number"]), row["number"])
    for row in rows(folder, "cases"):
        graph = dataset.graph(thing["source/" + row["source"]])
        one = thing["case/" + row["case"]]
        add(graph, one, RDF.type, kg.Case)
        for predicate in (RDFS.label, kg.title):
            add(graph, one, predicate, Literal(row["title"], lang="ko"), row["title"])
        for name, predicate, path in (("theme", kg.theme, "code/theme/"), ("programme", kg.programme, "code/programme/"),
                                      ("round", kg.round, "round/"), ("source", kg.statedIn, "source/")):  # fmt: skip
            add(graph, one, predicate, thing[path + row[name]], row[name])
        add(graph, one, kg.selected, Literal(row["selected"]), row["selected"])
        add(
            graph,
            one,
            kg.selectedEarliest,
            Literal(row["selected_earliest"], datatype=XSD.date),
            row["selected_earliest"],
        )
        add(graph, one, kg.selectedLatest, Literal(row["selected_latest"], datatype=XSD.date), row["selected_latest"])
        add(graph, one, kg.note, Literal(row["note"]), row["note"])


def add_participations_and_ratings(dataset: Any, folder: Path) -> None:
    from rdflib import RDF, XSD, Literal, Namespace

    kg, thing = Namespace(TERMS), Namespace(THINGS)
    for row in rows(folder, "participations"):
        graph = dataset.graph(thing["source/" + row["source"]])
        one, case = thing["participation/{case}/{role}/{organisation}".format(**row)], thing["case/" + row["case"]]
        add(graph, one, RDF.type, kg.Participation)
        add(graph, one, kg.case, case, row["case"])
        add(graph, one, kg.organisation, thing["org/" + row["organisation"]], row["organisation"])
        add(graph, one, kg.role, thing["code/role/" + row["role"]], row["role"])
        add(graph, one, kg.printedName, Literal(row["printed"]), row["printed"])
        add(graph, one, kg.statedIn, thing["source/" + row["source"]], row["source"])
        add(graph, one, kg.place, Literal(row["place"]), row["place"])
        add(graph, case, kg.participation, one)
    for row in rows(folder, "ratings"):
        graph = dataset.graph(thing["source/" + row["source"]])
        one = thing["claim/{source}/rating.{scheme}.{year}.{organisation}".format(**row)]
        add(graph, one, RDF.type, kg.RatingClaim)
        add(graph, one, kg.organisation, thing["org/" + row["organisation"]], row["organisation"])
        add(graph, one, kg.scheme, thing["code/rating-scheme/" + row["scheme"]], row["scheme"])
        add(graph, one, kg.year, Literal(row["year"], datatype=XSD.gYear), row["year"])
        add(graph, one, kg.grade, thing["grade/{scheme}/{grade}".format(**row)], row["grade"])
        add(graph, one, kg.statedIn, thing["source/" + row["source"]], row["source"])
        add(graph, one, kg.place, Literal(row["place"]), row["place"])
        add(graph, one, kg.printed, Literal(row["as_printed"]), row["as_printed"])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
    os._exit(0)  # like the others, without freeing memory first
