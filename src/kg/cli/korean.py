"""What argparse itself says, in Korean; a message of another version of Python that is not here stays English."""

from __future__ import annotations

import argparse
import gettext
from typing import Any

from kg.errors import language

_KOREAN = {
    "usage: ": "쓰는 법: ",
    "positional arguments": "차례로 쓰는 것",
    "options": "선택",
    "show this help message and exit": "이 도움말을 보이고 끝낸다",
    "%(prog)s: error: %(message)s\n": "%(prog)s: 잘못: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "다음이 빠졌습니다: %s",
    "unrecognized arguments: %s": "모르는 인자입니다: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r은(는) 없습니다. 쓸 수 있는 것: %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r은(는) %(type)s 값이 아닙니다",
    "expected one argument": "값이 하나 있어야 합니다",
    "expected at most one argument": "값은 하나까지입니다",
    "expected at least one argument": "값이 하나는 있어야 합니다",
    "expected %s argument": "값이 %s개 있어야 합니다",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s만으로는 정할 수 없습니다: %(matches)s",
    "not allowed with argument %s": "%s와(과) 함께 쓸 수 없습니다",
    "one of the arguments %s is required": "다음 가운데 하나가 있어야 합니다: %s",
    "ignored explicit argument %r": "값을 받지 않습니다: %r",
}


def speak_as_asked() -> None:
    """Let argparse speak the person's language, which it does not ask for itself."""
    module: Any = argparse
    module._, module.ngettext = (_translated, _counted) if language() == "ko" else (gettext.gettext, gettext.ngettext)


def _translated(message: str) -> str:
    return _KOREAN.get(message, message)


def _counted(one: str, many: str, number: int) -> str:
    return _KOREAN.get(one, one if number == 1 else many)
