"""The command ``kg``: each command parses, calls one function, prints."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, as :mod:`kg.cli.failures` lists them.

    Nothing is imported before this function runs, so that Ctrl-C works while the toolkit loads.
    """
    try:
        from kg.cli.commands import run_command

        return run_command(arguments)
    except KeyboardInterrupt:
        import signal

        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C has nothing to stop
        from kg.cli.failures import report

        code = report(KeyboardInterrupt())
        signal.signal(signal.SIGINT, before)
        return code


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    from kg.cli.commands import make_parser

    return make_parser()
