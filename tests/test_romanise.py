# ruff: noqa: E501  # the examples read best as text
"""The romanisation gives the examples that the Revised Romanization of 2000 was published with."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.romanise import romanised

PUBLISHED = """구미 Gumi, 영동 Yeongdong, 백암 Baegam, 옥천 Okcheon, 합덕 Hapdeok, 호법 Hobeop, 월곶 Wolgot, 벚꽃 Beotkkot,
한밭 Hanbat, 구리 Guri, 설악 Seorak, 칠곡 Chilgok, 임실 Imsil, 울릉 Ulleung, 대관령 Daegwallyeong, 백마 Baengma, 종로 Jongno,
왕십리 Wangsimni, 별내 Byeollae, 신라 Silla, 해돋이 Haedoji, 같이 Gachi, 좋고 Joko, 놓다 Nota, 낳지 Nachi, 압구정 Apgujeong,
낙동강 Nakdonggang, 죽변 Jukbyeon, 낙성대 Nakseongdae, 합정 Hapjeong, 팔당 Paldang, 샛별 Saetbyeol, 울산 Ulsan, 묵호 Mukho,
집현전 Jiphyeonjeon, 충청북도 Chungcheongbukdo, 제주 Jeju, 남산 Namsan, 속리산 Songnisan, 금강 Geumgang, 독도 Dokdo, 경복궁 Gyeongbokgung,
불국사 Bulguksa, 현충사 Hyeonchungsa, 독립문 Dongnimmun, 오죽헌 Ojukheon, 촉석루 Chokseongnu, 종묘 Jongmyo, 다보탑 Dabotap"""
EXAMPLES = [tuple(pair.split()) for pair in PUBLISHED.replace("\n", " ").split(",")]


@pytest.mark.parametrize(("hangul", "latin"), EXAMPLES)
def test_published_examples_are_reproduced(hangul: str, latin: str) -> None:
    assert romanised(hangul) == latin
    assert romanised(unicodedata.normalize("NFD", hangul)) == latin


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LG전자", "LG Jeonja"),
        ("SK에코플랜트", "SK Ekopeullaenteu"),
        ("삼성 SDI", "Samseong SDI"),
        ("KT&G", "KT&G"),
        ("한국무역협회", "Hangungmuyeokhyeophoe"),  # a noun keeps ㅎ after ㄱ, ㄷ, ㅂ, as in 묵호 and 집현전
        ("현대백화점", "Hyeondaebaekhwajeom"),
        ("좋소", "Joso"),
        ("", ""),
    ],
)
def test_other_letters_are_unchanged(name: str, expected: str) -> None:
    assert romanised(name) == expected


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8))
def test_any_hangul_becomes_latin_letters_only(name: str) -> None:
    made = romanised(name)
    assert made.isascii() and made.isalpha() and made[0].isupper() and made[1:] == made[1:].lower()
