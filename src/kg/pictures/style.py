"""Common style of pictures: a font with Hangul, colours and shapes for print, reproducible files."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KgError, Text
from kg.files import require_writable, write_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito (2008), then three of Tol (2021): distinct for people with any colour vision; the shapes distinguish
# the kinds in black and white
COLOURS: tuple[str, ...] = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#F0E442"),
    *("#882255", "#999933", "#332288"),
)
SHAPES = ("s", "o", "^", "D", "v", "P", "X", "h", "<", ">", "p", "8")
UNKNOWN = "#BBBBBB"
INK, FAINT = "#222222", "#8C8C8C"
HANGUL_FONTS = (
    "NanumGothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "NanumBarunGothic",
    "Baekmuk Gulim",
    "UnDotum",
)
FORMATS = (".svg", ".png", ".pdf")
DPI = 200


class PictureError(KgError):
    """A picture that cannot be drawn here, or in a format that is not supported."""


@contextmanager
def drawing() -> Iterator[None]:
    """Settings of Matplotlib for pictures: no screen, a Hangul font, reproducible output."""
    try:
        import matplotlib
    except ImportError:
        raise PictureError(
            Text(
                'matplotlib이 없습니다. pip install "sangsaeng-kg[analysis]"로 설치하십시오.',
                'matplotlib is not installed: pip install "sangsaeng-kg[analysis]".',
            )
        ) from None
    settings: Any = {
        "font.family": [hangul_font(), "DejaVu Sans"],
        "font.size": 8,
        "axes.unicode_minus": False,
        "svg.fonttype": "none",  # text stays text, so that it can be searched and read aloud
        "svg.hashsalt": "sangsaeng-kg",
        "pdf.fonttype": 42,
        "savefig.facecolor": "white",
        "text.color": INK,
    }
    with matplotlib.rc_context(settings):
        yield


def hangul_font() -> str:
    """The first of HANGUL_FONTS that is installed."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    if not known.intersection(HANGUL_FONTS):  # fonts may have been installed since matplotlib's font cache was made
        for path in font_manager.findSystemFonts():
            if any(part in path.lower() for part in ("nanum", "cjk", "malgun", "applesd", "baekmuk", "undotum")):
                font_manager.fontManager.addfont(path)
        known = {font.name for font in font_manager.fontManager.ttflist}
    for name in HANGUL_FONTS:
        if name in known:
            return name
    raise PictureError(
        Text(
            "한글 글꼴이 없습니다. 데비안·우분투에서는 apt-get install fonts-nanum으로 설치하십시오.",
            "There is no font with Hangul: on Debian or Ubuntu, apt-get install fonts-nanum.",
        )
    )


def figure(width_in: float, height_in: float) -> Figure:
    """An empty figure that needs no screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(made)
    return made


def require_picture(path: str | os.PathLike[str]) -> str:
    """The suffix of the name, one of FORMATS; raises ``KgError`` for others, and for a path that cannot be written."""
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        raise PictureError(
            Text(
                f"'{target.name}': 지원하지 않는 그림 형식입니다. 사용할 수 있는 값: {', '.join(FORMATS)}, .html.",
                f"'{target.name}': not a format of pictures; known: {', '.join(FORMATS)}, .html.",
            )
        )
    require_writable(target)
    return ending


def save(made: Figure, path: str | os.PathLike[str]) -> None:
    """Write SVG, PNG or PDF by the suffix, completely or not at all, without a date in the file."""
    ending = require_picture(path)
    metadata: Mapping[str, dict[str, str | None]] = {
        ".svg": {"Date": None, "Creator": "Sangsaeng KG"},
        ".png": {"Software": "Sangsaeng KG"},
        ".pdf": {"CreationDate": None, "Creator": "Sangsaeng KG", "Producer": None},
    }
    drawn = io.BytesIO()
    made.savefig(drawn, format=ending[1:], dpi=DPI, metadata=metadata[ending])
    write_file(path, _name_other_fonts(drawn.getvalue()) if ending == ".svg" else drawn.getvalue())


def _name_other_fonts(picture: bytes) -> bytes:
    """The SVG with the Hangul fonts of other systems added, since the viewer draws its text."""
    first = f"'{hangul_font()}', 'DejaVu Sans'"
    fonts = ", ".join(f"'{name}'" for name in HANGUL_FONTS)
    return picture.decode().replace(first, f"{fonts}, sans-serif").encode()


def looks(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and shape of each kind, by its place in the code list: the same in every picture of a graph."""
    known = [code for code in codes if code not in ("unknown", "unnamed")]
    found = {code: (COLOURS[n % len(COLOURS)], SHAPES[n % len(SHAPES)]) for n, code in enumerate(known)}
    return {**found, "unknown": (UNKNOWN, "o"), "unnamed": ("#FFFFFF", "o")}
