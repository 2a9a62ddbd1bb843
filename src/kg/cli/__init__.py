"""The command ``kg``: each command parses, calls one function, prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from kg.cli import asking, building, evidence, network
from kg.cli.korean import speak_as_asked
from kg.cli.options import say
from kg.errors import KgError, Text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 only when the job was done, 1 for a fault of the input, 2 for wrong usage."""
    parser = make_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and (not hasattr(options, "take") or any(one.startswith("-") for one in rest)):
        parser.error(argparse._("unrecognized arguments: %s") % " ".join(rest))  # type: ignore[attr-defined]  # its own
    for one in rest:  # values behind an option, which argparse leaves over
        options.take(options, one)
    if not hasattr(options, "run"):
        parser.print_help()
        return 2
    try:
        return options.run(options)
    except KgError as error:
        if getattr(options, "json", False):
            print(json.dumps(error.as_json(), ensure_ascii=False))
        else:
            print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads has seen enough
        sys.stderr.close()
        return 0
    except OSError as error:  # a place that cannot be read or written, a full disk
        where, reason = f"{error.filename}: " if error.filename else "", error.strerror or error
        print(Text(f"{where}읽거나 쓸 수 없습니다: {reason}", f"{where}{reason}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(Text("멈췄습니다.", "Stopped."), file=sys.stderr)
        return 130


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; help in Korean or English after ``KG_LANG`` or the locale."""
    speak_as_asked()
    parser = argparse.ArgumentParser(
        prog="kg", description=say("누가 누구와 협력하는지, 근거와 함께", "Who partners with whom, with evidence")
    )
    commands = parser.add_subparsers(metavar=say("명령", "COMMAND"))
    for group in (building, asking, evidence, network):
        group.add(commands)
    return parser
