"""The messages of argparse in Korean; a message that only another version of Python has stays in English."""

from __future__ import annotations

import argparse
import gettext
from typing import Any

from kg.errors import language

_KOREAN = {
    "usage: ": "사용법: ",
    "positional arguments": "위치 인자",
    "options": "옵션",
    "show this help message and exit": "도움말을 출력하고 종료한다",
    "%(prog)s: error: %(message)s\n": "%(prog)s: 오류: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "다음 인자가 필요합니다: %s",
    "unrecognized arguments: %s": "알 수 없는 인자입니다: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "없는 값입니다: %(value)r. 사용할 수 있는 값: %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r은(는) %(type)s 값이 아닙니다",
    "expected one argument": "값 하나가 필요합니다",
    "expected at most one argument": "값은 하나까지 쓸 수 있습니다",
    "expected at least one argument": "값이 하나 이상 필요합니다",
    "expected %s argument": "값 %s개가 필요합니다",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s에 해당하는 옵션이 여럿입니다: %(matches)s",
    "not allowed with argument %s": "%s와(과) 함께 쓸 수 없습니다",
    "one of the arguments %s is required": "다음 가운데 하나가 필요합니다: %s",
    "ignored explicit argument %r": "값을 받지 않습니다: %r",
}


def translate_argparse() -> None:
    """Make argparse print its messages in the user's language, which it does not look up itself."""
    module: Any = argparse
    module._, module.ngettext = (_translated, _counted) if language() == "ko" else (gettext.gettext, gettext.ngettext)


def _translated(message: str) -> str:
    return _KOREAN.get(message, message)


def _counted(singular: str, plural: str, number: int) -> str:
    return _KOREAN.get(singular, singular if number == 1 else plural)
