"""The formats of ``kg export`` and their options: options that a format cannot honour are refused, never ignored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import KgError, Text
from kg.files import require_writable

WHAT = ("accepted", "claims", "all")


@dataclass(frozen=True)
class Format:
    """A format: its content and the options that select from it.

    ``what`` lists the values of ``--what`` that it can honour, ``source`` and ``policy`` whether it honours these
    options, ``folder`` whether ``--output`` is a folder. ``holds`` gives the reason if an option is refused.
    """

    holds: Text
    what: tuple[str, ...] = ()
    source: bool = False
    policy: bool = False
    folder: bool = False


_RDF = Format(Text("RDF입니다", "holds RDF"), WHAT, source=True, policy=True)
_NETWORK = Format(
    Text("받아들인 값의 협력 네트워크입니다", "holds the partnership network of accepted values"),
    ("accepted",),
    policy=True,
)
_TABLES = Format(
    Text("모든 출처의 행이 든 기록 표입니다", "holds the record tables, with the rows of all sources"), folder=True
)
FORMATS: Mapping[str, Format] = {
    "ttl": _RDF,
    "nt": _RDF,
    "nq": _RDF,
    "trig": _RDF,
    "jsonld": _RDF,
    "graphml": _NETWORK,
    "gexf": _NETWORK,
    "csv": _TABLES,
    "parquet": _TABLES,
}
NETWORKS = tuple(name for name, entry in FORMATS.items() if entry is _NETWORK)
TABLES = tuple(name for name, entry in FORMATS.items() if entry is _TABLES)


def require_options(
    format: str,
    what: str | None = None,
    source: str | None = None,
    policy: str | None = None,
    target: str | os.PathLike[str] | None = None,
) -> Format:
    """The format of this name; raises ``KgError`` for an unknown one, or for an option that it cannot honour.

    ``target`` is a file, a folder, ``-`` for the standard output, or ``None`` for text that is returned.
    """
    entry = FORMATS.get(format)
    if entry is None:
        known = ", ".join(FORMATS)
        raise KgError(
            Text(
                f"지원하지 않는 형식입니다: {format!r}. 사용할 수 있는 형식: {known}.",
                f"the format {format!r} is not supported. Supported formats: {known}.",
            )
        )
    if what is not None and what not in WHAT:
        raise KgError(
            Text(
                f"--what에 쓸 수 없는 값입니다: {what!r}. 사용할 수 있는 값: {', '.join(WHAT)}.",
                f"--what {what!r} is not a choice. Choices: {', '.join(WHAT)}.",
            )
        )
    if what is not None and what not in entry.what:
        raise _refused(format, entry, f"--what {what}", [name for name in FORMATS if what in FORMATS[name].what])
    if source is not None and not entry.source:
        raise _refused(format, entry, "--source", [name for name in FORMATS if FORMATS[name].source])
    if policy is not None and not entry.policy:
        raise _refused(format, entry, "--policy", [name for name in FORMATS if FORMATS[name].policy])
    _require_one_meaning(what, source, policy)
    _require_target(format, entry, target)
    return entry


def _refused(format: str, entry: Format, option: str, able: list[str]) -> KgError:
    formats = ", ".join(able)
    return KgError(
        Text(
            f"{format}은(는) {entry.holds.ko}. {option}을(를) 쓸 수 있는 형식: {formats}.",
            f"{format} {entry.holds.en}: {option} cannot be honoured. Formats that can: {formats}.",
        )
    )


def _require_one_meaning(what: str | None, source: str | None, policy: str | None) -> None:
    """Refuse two options of which one would have no effect."""
    if source is not None and what not in (None, "claims"):
        raise KgError(
            Text(
                f"--source는 한 출처의 진술이므로 --what {what}과(와) 함께 쓸 수 없습니다.",
                f"--source means the claims of one source, and cannot go with --what {what}.",
            )
        )
    if policy is not None and (source is not None or what == "claims"):
        raise KgError(
            Text(
                "진술은 방침에 따라 달라지지 않으므로 --policy를 함께 쓸 수 없습니다.",
                "Claims are the same under every policy: --policy cannot go with --source or --what claims.",
            )
        )


def _require_target(format: str, entry: Format, target: str | os.PathLike[str] | None) -> None:
    if not entry.folder:
        if target not in (None, "-"):
            require_writable(target)
        return
    name = "" if target is None else os.fspath(target)
    if name in ("", "-"):
        raise KgError(
            Text("표는 폴더로 내보냅니다. --output DIR을 지정하십시오.", "Tables go into a folder: give --output DIR.")
        )
    if os.path.lexists(name) and not os.path.isdir(name):
        raise KgError(
            Text(
                f"{name}: 폴더가 아닙니다. {format}은(는) 폴더로 내보냅니다.",
                f"{name} is not a folder, and {format} goes into a folder.",
            )
        )
