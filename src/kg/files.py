"""Files are written completely or not at all; pipes and devices are written to and never replaced.

A file name given by a user may be something else than a regular file: ``/dev/null``, a named pipe, a link to a file
elsewhere. All output to such a name goes through :func:`written`.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError, Text

Target = str | os.PathLike[str]
_MAX_LINKS = 40  # as the kernel
_OPEN_FILE = re.compile(r"/(?:dev|proc/(\d+)(?:/task/\d+)?)/fd/(\d+)")
_REFUSED = (
    (stat.S_ISDIR, Text("폴더입니다. 파일 이름을 지정하십시오.", "is a folder: give the name of a file.")),
    (
        stat.S_ISBLK,
        Text("블록 장치에는 쓸 수 없습니다. 파일 이름을 지정하십시오.", "is a block device: give the name of a file."),
    ),
    (
        stat.S_ISSOCK,
        Text("소켓에는 쓸 수 없습니다. 파일 이름을 지정하십시오.", "is a socket: give the name of a file."),
    ),
)


class CannotWrite(KgError):
    """A target that cannot be written to; its content is unchanged."""

    def __init__(self, target: Target, reason: Text):
        super().__init__(Text(f"{os.fspath(target)}: {reason.ko}", f"{os.fspath(target)}: {reason.en}"))


@contextmanager
def written(target: Target) -> Iterator[BinaryIO]:
    """A stream whose bytes replace ``target`` if the block ends without an error; otherwise the old file stays.

    A regular file is written to a temporary file in the same folder, which is then renamed; an existing file keeps its
    mode. Symbolic links are followed, and their target is replaced. Named pipes, character devices and open files
    (``/dev/stdout``, ``/dev/fd/3``) receive the bytes directly. Raises ``CannotWrite`` for folders, block devices and
    sockets, and if the operating system reports an error.
    """
    try:
        with _stream(Path(target)) as stream:
            yield stream
    except OSError as error:
        if error.filename not in (None, os.fspath(target)):  # about another file, which the error names itself
            raise
        reason = error.strerror or str(error)
        raise CannotWrite(target, Text(f"쓸 수 없습니다: {reason}", f"cannot be written: {reason}")) from error


def write_file(target: Target, data: bytes) -> None:
    """Put ``data`` at ``target``, as :func:`written` does."""
    with written(target) as stream:
        stream.write(data)


def require_writable(target: Target) -> None:
    """Raise ``CannotWrite`` for a target that :func:`written` would refuse, before any work is done for it."""
    if not os.fspath(target):
        raise CannotWrite("''", Text("이름이 비었습니다.", "the name is empty: give the name of a file."))
    path = Path(target)
    if _open_file(path) is not None:
        return
    mode = _mode(path)
    if mode is not None:
        _refuse(path, mode)
    elif not Path(os.path.realpath(path)).parent.is_dir():
        raise CannotWrite(target, Text("폴더가 없습니다.", "its folder does not exist."))


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    require_writable(path)
    number = _open_file(path)
    if number is not None:
        with os.fdopen(os.dup(number), "wb") as stream:
            yield stream
        return
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_NOCTTY), "wb") as stream:
            yield stream
        return
    with _aside(Path(os.path.realpath(path))) as stream:
        yield stream


@contextmanager
def _aside(real: Path) -> Iterator[BinaryIO]:
    """A new file next to ``real``, renamed to it at the end."""
    old = os.stat(real) if real.exists() else None
    if old and not os.access(real, os.W_OK):
        raise CannotWrite(real, Text("쓰기 금지된 파일입니다.", "is write-protected."))
    aside = real.with_name(f".kg-{secrets.token_hex(8)}.part")  # short: the file's own name may be at the limit
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
            yield stream
        if old:
            with suppress(PermissionError):  # the owner of a file changes only for the superuser
                os.chown(aside, old.st_uid, old.st_gid)
            os.chmod(aside, stat.S_IMODE(old.st_mode))
        os.replace(aside, real)
    except OSError as error:
        if error.filename == os.fspath(aside):  # report the name that the user gave, not this one
            error.filename = error.filename2 = None
        raise
    finally:
        with suppress(OSError):  # the error that led here is the one to report
            aside.unlink(missing_ok=True)


def _mode(path: Path) -> int | None:
    """The mode of the file, following links; ``None`` if it does not exist yet."""
    with suppress(FileNotFoundError):
        return os.stat(path).st_mode
    return None


def _refuse(path: Path, mode: int) -> None:
    for is_kind, reason in _REFUSED:
        if is_kind(mode):
            raise CannotWrite(path, reason)


def _open_file(path: Path) -> int | None:
    """The descriptor of the open file that a name such as ``/dev/stdout`` or ``/dev/fd/3`` means.

    The descriptor is duplicated rather than opened again by name, which would overwrite a file opened for appending
    from its start, and fails for a socket.
    """
    for _ in range(_MAX_LINKS):
        name = os.path.join(os.path.realpath(path.parent), path.name)
        match = _OPEN_FILE.fullmatch(name)
        if match and match[1] in (None, str(os.getpid())):
            return int(match[2])
        if not os.path.islink(name):
            return None
        path = Path(os.path.dirname(name), os.readlink(name))
    return None
