"""Which characters can be printed: asked before issuing, true when it comes to printing."""

from __future__ import annotations

import unicodedata

import pytest
import typst
from PIL import ImageFont
from pylopdf_fonts_ko import sans_path, serif_path

from app.certificates.fonts import FONT_FILES, missing_glyphs


@pytest.mark.parametrize(
    "name",
    [
        "김하늘",
        "뷁똠쀍",
        "金昭延",
        "Nguyễn Thị Đặng",
        "José Ñúñez-Ørsted",
        "Ελενη",
        "Иван",
        "田中 さくら",
        "ㄱㄴ",
        "#*$_`\"'\\<>@~",
    ],
)
def test_names_that_can_be_printed(name: str) -> None:
    assert missing_glyphs(name) == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("김𠮷龘", ["𠮷", "龘"]),
        ("😀김😀", ["😀"]),
        ("สมชาย", list("สมชาย")),
        ("김\u200b하늘", ["\u200b"]),
        ("김\u202e하늘", ["\u202e"]),
        ("김\t하늘\n", ["\t", "\n"]),
        ("김\ue000", ["\ue000"]),
        ("\ud800", ["\ud800"]),
    ],
)
def test_names_that_cannot_be_printed_list_their_characters(name: str, missing: list[str]) -> None:
    assert missing_glyphs(name) == list(dict.fromkeys(missing))


def test_decomposed_text_is_judged_as_it_is_printed() -> None:
    assert missing_glyphs(unicodedata.normalize("NFD", "김하늘 Đặng")) == []


def test_all_modern_syllables_can_be_printed() -> None:
    assert missing_glyphs("".join(map(chr, range(0xAC00, 0xD7A4)))) == []


def test_the_answer_agrees_with_another_reader_of_the_fonts() -> None:
    faces = [ImageFont.truetype(str(path), 16) for path in (serif_path(), sans_path())]
    # A character without a glyph is drawn as the box of .notdef, which U+FFFF shows.
    boxes = [bytes(face.getmask("\uffff")) for face in faces]
    for point in range(0x4E00, 0xA000, 41):
        drawn = any(bytes(face.getmask(chr(point))) != box for face, box in zip(faces, boxes, strict=True))
        assert (missing_glyphs(chr(point)) == []) == drawn, f"U+{point:04X}"


def _compile(text: str) -> object:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FILES[0].parent)]
    )
    source = (
        '#set document(title: "x")\n#set text(font: ("Noto Serif KR", "Noto Sans KR"), fallback: false, lang: "ko")\n'
        "#sys.inputs.text"
    )
    compiler = typst.Compiler(input=source.encode(), font_paths=fonts)
    return compiler.compile(format="pdf", sys_inputs={"text": text}, pdf_standards=["a-3a", "ua-1"])


def test_what_is_called_printable_passes_the_archival_export() -> None:
    blocks = [(0x20, 0x180), (0x1E00, 0x1F00), (0x1100, 0x1200), (0x3131, 0x318F), (0x4E00, 0xA000), (0xAC00, 0xD7A4)]
    sample = "".join(chr(point) for first, last in blocks for point in range(first, last, 1 if last < 0x1F00 else 61))
    refused = set(missing_glyphs(sample))
    printable = [character for character in unicodedata.normalize("NFC", sample) if character not in refused]
    assert len(printable) > 600
    assert _compile(" ".join(printable))


def test_what_is_called_missing_would_abort_the_export() -> None:
    with pytest.raises(typst.TypstError, match="font"):
        _compile("龘")
