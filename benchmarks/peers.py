"""Scores of nomenklatura for pairs of names: runs in that package's own environment, pairs in and scores out as JSON.

    .venv-peers/bin/python benchmarks/peers.py < pairs.json > scores.json
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version


def main() -> None:
    from followthemoney import model
    from nomenklatura.matching import ALGORITHMS, ScoringConfig

    def company(key: str, name: str):  # type: ignore[no-untyped-def]  # a type of that environment
        entity = model.make_entity("Company")
        entity.id = key
        entity.add("name", name)
        return entity

    pairs, settings = json.load(sys.stdin), ScoringConfig.defaults()
    scores = {
        algorithm.NAME: [algorithm.compare(company("a", a), company("b", b), settings).score for a, b in pairs]
        for algorithm in ALGORITHMS
    }
    json.dump({"version": version("nomenklatura"), "scores": scores}, sys.stdout)


if __name__ == "__main__":
    main()
