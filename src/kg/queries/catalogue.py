"""Write docs/questions.md from the headers of the questions: ``python -m kg.queries.catalogue > docs/questions.md``."""

from __future__ import annotations

import sys

from kg.paths import shipped
from kg.queries.questions import Param, Question, list_questions


def catalogue(questions: list[Question]) -> str:
    """All questions in both languages: what they ask, their parameters, their columns, and how to run them."""
    lines = [
        "# 질문 · Questions",
        "",
        "이 쪽은 `queries/*.rq`의 머리말에서 만듭니다. 고치려면 그 파일을 고치십시오.",
        "This page is made from the headers of `queries/*.rq`; to change it, change those files.",
        "",
        "| 질문 · question | 묻는 것 | what it asks |",
        "|---|---|---|",
    ]
    lines += [f"| [`{q.name}`](#{q.name}) | {q.title.ko} | {q.title.en} |" for q in questions]
    for question in questions:
        lines += ["", *_section(question)]
    return "\n".join(lines) + "\n"


def _section(question: Question) -> list[str]:
    example = "".join(f' {name}="{value}"' if " " in value else f" {name}={value}" for name, value in question.example)
    lines = [
        f"## {question.name}",
        "",
        f"**{question.title.ko}** {question.description.ko}",
        "",
        f"**{question.title.en}** {question.description.en}",
        "",
        "```console",
        f"kg query {question.name}{example}",
        "```",
        "",
    ]
    if question.params:
        lines += ["| 매개변수 · parameter | 형 · type | 값 · value | | |", "|---|---|---|---|---|"]
        lines += [
            f"| `{param.name}` | {', '.join(param.choices) or param.type} | {_how(param)}"
            f" | {param.label.ko} | {param.label.en} |"
            for param in question.params
        ]
        lines.append("")
    lines += ["| 열 · column | | |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {column.label.ko} | {column.label.en} |" for column in question.columns]
    if question.empty_because:
        why = question.empty_because
        lines += ["", f"지금 답이 없는 이유 · why it is empty now: {why.ko} · {why.en}"]
    return lines


def _how(param: Param) -> str:
    if param.required:
        return "꼭 필요 · required"
    return f"`{param.default}`" if param.default else "없으면 모두 · all if left out"


if __name__ == "__main__":
    sys.stdout.write(catalogue(list_questions(shipped("queries"))))
