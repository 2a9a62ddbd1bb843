"""A process of its own that matches names: ``python -m kg.link.worker RECORDS``, names and answers as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kg.link.names import match_names

if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream
    json.dump(match_names(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
