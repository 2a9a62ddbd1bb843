"""The parser of all commands, and running a command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from kg.cli import asking, building, evidence, exporting, failures, linking, network
from kg.cli.korean import translate_argparse
from kg.cli.options import say
from kg.errors import KgError


def run_command(arguments: Sequence[str] | None) -> int:
    """Parse the arguments and run the command; any error is reported on one line."""
    if sys.stdout is None:
        return failures.report(failures.OUTPUT_CLOSED)
    with failures.catch_ctrl_c(), failures.tolerant_output() as replaced:
        try:
            code = _run(arguments)
        except BrokenPipeError:  # the reader has closed the pipe
            code = 0
        except (Exception, KeyboardInterrupt) as error:
            code = failures.report(KeyboardInterrupt() if failures.is_interrupted() else error)
        _flush_or_discard()
        failures.report_replaced_letters(replaced)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    options = parse(arguments)
    if options is None:
        return failures.MISTAKE
    try:
        code: int = options.run(options)
    except KgError as error:
        if failures.is_interrupted() or not getattr(options, "json", False):
            raise
        print(json.dumps(error.as_json(), ensure_ascii=False))
        code = 1
    sys.stdout.flush()  # while a full disk can still be reported
    return code


def parse(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """The options of the command; ``None``, after the help was printed, if there is no command."""
    parser = make_parser()
    options, remaining = parser.parse_known_args(arguments)
    if remaining and (not hasattr(options, "take") or any(word.startswith("-") for word in remaining)):
        parser.error(argparse._("unrecognized arguments: %s") % " ".join(remaining))  # type: ignore[attr-defined]  # argparse's translation
    for word in remaining:  # values of an option that argparse left unparsed
        options.take(options, word)
    if not hasattr(options, "run"):
        parser.print_help()
        return None
    return options


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; help in Korean or English, according to ``KG_LANG`` or the locale."""
    translate_argparse()
    parser = argparse.ArgumentParser(
        prog="kg", description=say("누가 누구와 협력하는지, 근거와 함께", "Who partners with whom, with evidence")
    )
    commands = parser.add_subparsers(metavar=say("명령", "COMMAND"))
    for group in (building, asking, exporting, evidence, linking, network):
        group.add(commands)
    return parser


def _flush_or_discard() -> None:
    """Flush or discard output, so that the interpreter cannot fail when it exits."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):  # already reported, or the pipe is closed
        with suppress(OSError, ValueError):  # a stream without a file has nothing to discard
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
