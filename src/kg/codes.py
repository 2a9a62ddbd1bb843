"""Code lists in CSV, converted to SKOS in Turtle; the same lists give the same bytes."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.characters import hidden_text
from kg.check_digits import CHECKSUMS
from kg.errors import Collector, Fault, Text
from kg.input_files import CsvFile
from kg.values import nfc
from kg.vocab import BASE, KG, OWL, RDFS, SKOS, XSD

Row = dict[str, str]
CodeLists = dict[str, list[Row]]

COLUMNS = ("code", "label_ko", "label_en", "definition_ko", "definition_en", "position")
EXTRA_COLUMNS = {
    "role": ("ties", "property"),
    "grade": ("scheme", "from_year", "to_year", "printed"),
    "identifier-scheme": ("issuer_ko", "issuer_en", "pattern", "checksum", "address", "entity", "several"),
    "region": ("printed",),
}
OPTIONAL_COLUMNS = {name: EXTRA_COLUMNS[name] for name in ("identifier-scheme", "region")}  # a list may leave them out
LIST_OF_LISTS = "code-list"

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def read_codelists(*folders: Path, unused: Collection[str] = ()) -> CodeLists:
    """The code lists of some folders by name; a list of a later folder replaces the whole list of an earlier one.

    Lists that are ``unused`` are taken from the last folder only.
    """
    files = {
        file.stem: file
        for folder in folders
        for file in sorted(folder.glob("*.csv"))
        if file.stem not in unused or folder == folders[-1]
    }
    faults = Collector()
    rows = {name: _read(name, file, faults) for name, file in sorted(files.items())}
    faults.extend(grade_faults(rows.get("grade", {}), rows.get("rating-scheme", {}).values()))
    faults.raise_if_any()
    return {
        name: sorted(by_row.values(), key=lambda row: (row.get("scheme", ""), row["code"]))
        for name, by_row in rows.items()
    }


def codes_to_turtle(folder: Path, fallback: Path | None, base: str, unused: Collection[str] = ()) -> str:
    """SKOS of the lists in ``folder``, and of the lists in ``fallback`` that it does not have and that are in use."""
    lists = read_codelists(*([fallback] if fallback else []), folder, unused=unused)
    blocks = [_ontology(base)]
    names = {row["code"]: row for row in lists.get(LIST_OF_LISTS, [])}
    for name, rows in lists.items():
        if name == "grade":
            blocks.extend(_grades(rows, {row["code"]: row for row in lists.get("rating-scheme", [])}))
            continue
        blocks.append(_scheme(f"id/code/{name}", _named(name, names)))
        blocks.extend(_concept(f"id/code/{name}", row, _own_statements(name, row)) for row in rows)
        if name == "role":
            blocks.extend(_role_property(row) for row in rows if row["property"])
    return _header(base) + "\n" + "\n".join(sorted(blocks))


def codelist_columns(name: str) -> tuple[str, ...]:
    """The columns of a code list."""
    return (*COLUMNS, *EXTRA_COLUMNS.get(name, ()))


def codelist_file(name: str) -> str:
    """The file name of a list as shown in faults, which sets it apart from record tables."""
    return f"codelists/{name}.csv"


def _read(name: str, file: Path, faults: Collector) -> dict[int, Row]:
    """The rows by row number."""
    expected, shown = codelist_columns(name), codelist_file(name)
    source = CsvFile(file, shown)
    header, *body = [*source.rows()] or [(1, list(expected))]
    faults.extend(source.faults)
    optional = OPTIONAL_COLUMNS.get(name, ())
    if sorted({*header[1], *optional}) != sorted(expected) or len(set(header[1])) < len(header[1]):
        wanted = ", ".join(expected)
        text = Text(f"열이 다릅니다. 필요한 열: {wanted}.", f"has the wrong columns; required: {wanted}.")
        faults.add(Fault(shown, text, value=", ".join(header[1]), rule="codelist-columns"))
        return {}
    width = len(header[1])
    uneven = Text(f"칸이 {width}개여야 합니다.", f"does not have {width} cells: look for a comma or a quote.")
    faults.extend(Fault(shown, uneven, number) for number, cells in body if len(cells) != width)
    rows = {
        number: dict.fromkeys(optional, "") | dict(zip(header[1], cells, strict=True))
        for number, cells in body
        if len(cells) == width
    }
    faults.extend(codelist_faults(name, rows))
    return rows


def codes_of(file: Path) -> list[str]:
    """The codes of a list as far as it can be read; its faults are reported when it is loaded."""
    (_, header), *body = [*CsvFile(file, file.name).rows()] or [(1, [])]
    return [cells[header.index("code")] for _, cells in body if "code" in header and len(cells) == len(header)]


def codelist_faults(name: str, rows: Mapping[int, Row]) -> Iterator[Fault]:
    """The faults in the rows of a list, given by row number; missing columns are not checked."""
    seen_keys: set[tuple[str, str]] = set()
    for number, row in rows.items():
        if "code" in row:
            key = (row.get("scheme", ""), row["code"])
            if key in seen_keys:
                text = Text("같은 코드가 두 번 있습니다. 한 행을 지우십시오.", "is in the list twice: remove one row.")
                yield Fault(codelist_file(name), text, number, "code", row["code"], "codelist-key")
            seen_keys.add(key)
        for column, cell in row.items():
            if problem := _cell_text(column, cell):
                yield Fault(codelist_file(name), problem, number, column, cell, f"codelist-{column}")
        from_year, to_year = row.get("from_year", ""), row.get("to_year", "")
        if _YEAR.fullmatch(from_year) and _YEAR.fullmatch(to_year) and from_year and to_year and to_year < from_year:
            yield Fault(codelist_file(name), END_BEFORE_START, number, "to_year", to_year, "codelist-years")


def _cell_text(column: str, cell: str) -> Text | None:
    """The fault of a cell of a code list; at most one."""
    if hidden := hidden_text(cell):
        return hidden
    if nfc(cell) != cell:
        return NOT_NFC
    if cell.strip() != cell:
        return OUTER_SPACES
    if column == "pattern" and not _is_pattern(cell):
        return NOT_A_PATTERN
    form, text = _FORMS.get(column, (None, None))
    return text if form and not form.fullmatch(cell) else None


def _is_pattern(cell: str) -> bool:
    try:
        re.compile(cell)
    except re.error:
        return False
    return True


NOT_NFC = Text(
    "NFC가 아닙니다(자모가 분리됨). NFC로 저장하십시오.",
    "is not in Unicode NFC (decomposed Hangul?): save it as NFC.",
)
OUTER_SPACES = Text("앞뒤에 공백이 있습니다. 지우십시오.", "has leading or trailing spaces: remove them.")
END_BEFORE_START = Text(
    "끝이 시작보다 앞섭니다. 둘 가운데 하나를 바로잡으십시오.", "ends before it starts: correct one of the two."
)
NOT_A_PATTERN = Text("정규 표현식이 아닙니다.", "is not a regular expression.")
_YEAR = re.compile(r"([0-9]{4})?")
_YEAR_TEXT = Text("네 자리 연도가 아닙니다. 2024처럼 쓰십시오.", "is not a year of four digits, such as 2024.")
_FORMS = {
    "code": (_CODE, Text("코드가 아닙니다. 영문자와 숫자로 쓰십시오.", "is not a code: use ASCII letters and digits.")),
    "label_ko": (re.compile(r"(?s).+"), Text("한국어 이름이 비었습니다.", "has no Korean label: write one.")),
    "label_en": (re.compile(r"(?s).+"), Text("영어 이름이 비었습니다.", "has no English label: write one.")),
    "position": (
        re.compile(r"[0-9]{0,9}"), Text("정수가 아닙니다. 3처럼 쓰십시오.", "is not a whole number such as 3.")
    ),
    "from_year": (_YEAR, _YEAR_TEXT),
    "to_year": (_YEAR, _YEAR_TEXT),
    "pattern": (re.compile(r".*"), NOT_A_PATTERN),
    "checksum": (
        re.compile(rf"({'|'.join(CHECKSUMS)})?"),
        Text(
            f"아는 검사 방법이 아닙니다. 쓸 수 있는 값: {', '.join(CHECKSUMS)}.",
            f"is not a known check: write one of {', '.join(CHECKSUMS)}, or nothing.",
        ),
    ),
    "address": (
        re.compile(r"(https?://[^\s{}]*\{id\}[^\s{}]*)?"),
        Text(
            "식별자가 들어갈 자리 {id}가 있는 웹 주소가 아닙니다.",
            "is not a web address with {id} where the identifier goes.",
        ),
    ),
    "entity": (re.compile(r"(true|false)?"), Text("true나 false로 쓰십시오.", "is neither true nor false.")),
    "several": (re.compile(r"(true|false)?"), Text("true나 false로 쓰십시오.", "is neither true nor false.")),
    "ties": (re.compile(r"true|false"), Text("true나 false로 쓰십시오.", "is neither true nor false.")),
    "property": (
        re.compile(r"([a-z][A-Za-z0-9]*)?"), Text("속성 이름이 아닙니다.", "is not a property name such as leadParty.")
    ),
}  # fmt: skip


def grade_faults(grades: Mapping[int, Row], schemes: Iterable[Row]) -> Iterator[Fault]:
    """The faults of grades, given by row number, whose scheme is not listed."""
    scheme_codes = {row["code"] for row in schemes}
    for number, row in grades.items():
        if row.get("scheme", "") not in scheme_codes and "scheme" in row:
            text = Text("rating-scheme 목록에 없는 평가 체계입니다.", "is not a scheme of the list rating-scheme.")
            yield Fault(codelist_file("grade"), text, number, "scheme", row["scheme"], "codelist-scheme")


def _header(base: str) -> str:
    lines = [f"@base <{base}> .", f"@prefix kg: <{KG}> ."]
    prefixes = {"owl": OWL, "rdfs": RDFS, "skos": SKOS, "xsd": XSD, "dcterms": "http://purl.org/dc/terms/"}
    lines += [f"@prefix {name}: <{iri}> ." for name, iri in sorted(prefixes.items())]
    return "\n".join(["# Generated from the code lists (codelists/*.csv); correct those instead.", *lines]) + "\n"


def _ontology(base: str) -> str:
    return _block(
        "<codes>",
        [
            ("a", "owl:Ontology"),
            *_both("dcterms:title", "상생 지식그래프 코드 목록", "Sangsaeng KG code lists"),
            ("dcterms:license", "<http://creativecommons.org/publicdomain/zero/1.0/>"),
            ("dcterms:creator", _text("Sangsaeng KG contributors")),
            ("owl:imports", f"<{BASE}def>"),
        ],
    )


def _scheme(iri: str, row: Mapping[str, str]) -> str:
    return _block(
        f"<{iri}>",
        [
            ("a", "skos:ConceptScheme"),
            *_both("skos:prefLabel", row["label_ko"], row["label_en"]),
            *_both("skos:definition", row["definition_ko"], row["definition_en"]),
        ],
    )


def _named(name: str, names: Mapping[str, Row]) -> Mapping[str, str]:
    plain = name.replace("-", " ")
    return names.get(name, {"label_ko": plain, "label_en": plain, "definition_ko": "", "definition_en": ""})


def _concept(scheme: str, row: Row, extra: Sequence[tuple[str, str]]) -> str:
    return _block(
        f"<{scheme}/{row['code']}>",
        [
            ("a", "skos:Concept"),
            ("skos:inScheme", f"<{scheme}>"),
            ("skos:topConceptOf", f"<{scheme}>"),
            ("skos:notation", _text(row["code"])),
            *_both("skos:prefLabel", row["label_ko"], row["label_en"]),
            *_both("skos:definition", row["definition_ko"], row["definition_en"]),
            *([("kg:position", str(int(row["position"])))] if row["position"] else []),
            *extra,
        ],
    )


def _own_statements(name: str, row: Row) -> list[tuple[str, str]]:
    if name == "role":
        return [
            ("kg:makesTie", row["ties"]),
            *([("kg:roleProperty", f"kg:{row['property']}")] if row["property"] else []),
        ]
    if name == "identifier-scheme":
        texts = (("kg:pattern", "pattern"), ("kg:checksum", "checksum"), ("kg:addressTemplate", "address"))
        flags = (("kg:identifiesEntity", "entity"), ("kg:allowsSeveral", "several"))
        return [
            *_both("kg:issuer", row["issuer_ko"], row["issuer_en"]),
            *((term, _text(row[column])) for term, column in texts if row[column]),
            *((term, row[column]) for term, column in flags if row[column]),
        ]
    forms = {*row.get("printed", "").split("|")} - {"", row["label_ko"]}
    return [("skos:altLabel", f"{_text(form)}@ko") for form in sorted(forms)]


def _role_property(row: Row) -> str:
    ko, en = row["label_ko"], row["label_en"]
    return _block(
        f"kg:{row['property']}",
        [
            ("a", "owl:ObjectProperty"),
            ("rdfs:subPropertyOf", "kg:participation"),
            *_both("rdfs:label", f"{ko} 참여", f"{en} participation"),
            *_both(
                "skos:definition",
                f"사례에서 역할이 '{ko}'인 참여로 이어지는 속성.",
                f"Leads from a case to a participation whose role is '{en}'.",
            ),
            ("skos:example", _text(f"?case kg:{row['property']}/kg:organisation ?organisation")),
            ("kg:answers", _text("role-matrix")),
            ("rdfs:isDefinedBy", "<codes>"),
        ],
    )


def _grades(rows: Sequence[Row], schemes: Mapping[str, Row]) -> list[str]:
    blocks = []
    for code in sorted({row["scheme"] for row in rows}):
        scheme = schemes[code]
        names = {
            "label_ko": f"{scheme['label_ko']} 등급",
            "label_en": f"{scheme['label_en']}: grades",
            "definition_ko": f"{scheme['label_ko']}에서 매기는 등급. 회차마다 쓰는 등급이 다르다.",
            "definition_en": f"Grades of {scheme['label_en']}; each edition has its own set.",
        }
        blocks.append(_scheme(f"id/grade/{code}", names))
    for row in rows:
        blocks.append(_concept(f"id/grade/{row['scheme']}", row, _grade(row)))
    return blocks


def _grade(row: Row) -> list[tuple[str, str]]:
    statements = [("kg:ratingScheme", f"<id/code/rating-scheme/{row['scheme']}>")]
    for column, year, edition in (
        ("from_year", "kg:fromYear", "kg:fromEdition"),
        ("to_year", "kg:toYear", "kg:toEdition"),
    ):
        if row[column]:
            statements += [(year, f'"{row[column]}"^^xsd:gYear'), (edition, str(int(row[column])))]
    return statements + [("kg:printedForm", _text(form)) for form in sorted(row["printed"].split("|")) if form]


def _both(predicate: str, ko: str, en: str) -> list[tuple[str, str]]:
    """One statement for each language; empty texts are left out."""
    return [(predicate, f"{_text(text)}@{tag}") for text, tag in ((ko, "ko"), (en, "en")) if text]


def _text(text: str) -> str:
    return '"' + text.translate(_ESCAPES) + '"'


def _block(subject: str, statements: Sequence[tuple[str, str]]) -> str:
    body = " ;\n".join(f"    {predicate} {value}" for predicate, value in statements)
    return f"{subject}\n{body} .\n"


if __name__ == "__main__":
    sys.stdout.write(codes_to_turtle(Path(sys.argv[1]), None, BASE))
