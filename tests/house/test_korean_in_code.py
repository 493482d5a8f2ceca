"""Korean stands in the code only as text to be translated, and where it is data, a word to be read, or signed.

Templates are held to the same by `test_templates.py`. Whoever adds to the lists below says why the words are not for
the screen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.translation_calls import APP, TEXTS, translator

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
SENTENCE = re.compile(r"(요|니다|까)[.?!]")

# Files of which words are the matter; none of these may hold a sentence.
MADE_OF_WORDS = {
    "administration/demo.py": "the demo data",
    "administration/demo_openings.py": "the demo's openings",
    "api/examples.py": "the examples of the interface's description",
    "certificates/claims.py": "the criteria of completion, which are signed in Korean",
    "certificates/numbers.py": "the words of a serial",
    "certificates/seal.py": "the letters of which a seal is composed",
    "core/resident_cells.py": "how people title columns of resident numbers, and of others",
    "jobs/matching/expertise.py": "how courses and work in a field are called",
    "jobs/hiring/letter_placeholders.py": "how letters call what is filled in",
    "jobs/openings/listing_words.py": "how portals and centres write their lists",
    "jobs/openings/forbidden_words.py": "what openings may not say",
    "jobs/applying/masking.py": "how people write what names them",
    "jobs/regions.py": "what places are called",
    "training/attendance_head_words.py": "how registers title the columns of sessions",
    "training/attendance_lines.py": "how registers write counts and signatures",
    "training/attendance_marks.py": "how registers write marks",
    "training/sheet_values.py": "how registers write dates and times",
    "training/sheet_words.py": "how rosters and registers title their columns",
}

# Single words in files that also speak to people.
WORDS = {
    "accounts/birth_dates.py": {
        # How people type a date.
        r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?|(\d{4})(\d{2})(\d{2})",
    },
    # A name set apart syllable by syllable.
    "accounts/normal.py": {"[가-힣]"},
    # The name of a demo file.
    "administration/commands.py": {"2026-F1_출석부.xlsx"},
    # Paper and badge are Korean.
    "certificates/badge.py": {"시간"},
    "certificates/document.py": {
        "위 사람은 위 교육과정을 성실히 이수하고 수료기준을 갖추었으므로 이 증서를 수여합니다.",
        "시간",
        "년 ",
        "월 ",
        "일",
    },
    # The serial, the name of the saved paper and what its seal is for.
    "certificates/paper.py": {"제 ", "호", "수료증_", "수료증 "},
    # How lists title the column of document numbers.
    "certificates/bulk_lines.py": {"문서확인번호", "확인번호"},
    # The paper of a receipt is Korean, as is what its seal is for.
    "certificates/receipt_paper.py": {"번과 같은 ", "것", "수료증", "확인결과서 "},
    # Specimens that try what the signer accepts.
    "certificates/wording.py": {"가", "제 0000-양성-0000호"},
    # The issuer's name until one is set: it is signed.
    "core/config.py": {"이음 시범운영기관"},
    # The first letter that takes the width of two.
    "core/export.py": {"\u1100"},
    # Letters that show nothing.
    "core/forms.py": {"\u115f\u1160\u3164\uffa0"},
    # What a page in Korean holds, and how pages write days and times.
    "core/sheet_markup.py": {"[가-힣]"},
    "core/sheet_html_table.py": {r"\d\s*(?:[-/:.년월일시]|오전|오후)|(?:오전|오후)\s*\d"},
    # Letters typed for a hyphen.
    "core/sheet_worker.py": {r"(\d\s?){2}[\W_]{0,2}(\d\s?){2}[\W_]{0,2}\d\s?\d[\W_ㅡㆍー]{0,6}[1-8](\s?\d){6}(?!\d)"},
    # How lists of openings part two days, and two amounts.
    "jobs/listings/listing_dates.py": {r"\s*[~∼～〜]\s*|\s+[-–—]\s+|\s*부터\s*"},
    # How registers and rosters write names, numbers and emptiness, and name the sheets that are no register.
    "training/attendance_cards.py": {"성명", "생년월일"},
    "training/attendance_heads.py": {"월", "일"},
    "training/attendance_people.py": {
        r"[(\[].*?[)\]]|님$|씨$",
        r"(?P<name>[^\d(\[]{2,}?)[\s(\[/,]*(?P<birth>'?\d[\d.\-/년월일생 ]{4,})[)\]\s]*",
    },
    "training/attendance_questions.py": {
        "병가|병결|병원|입원|질병|경조|조사|휴가|연차|월차|반차|예비군|민방위|출장|면접|시험|격리|생리|휴직|유고|특휴"
    },
    "training/attendance_record.py": {r"[-–—_.:\s]*|미체크|미입실|미퇴실|기록없음|없음|none|null|n/a"},
    "training/attendance_merges.py": {r"\d\s*[:시]", "〃|[\"“”″]|''|′′|상동|위와같음"},
    "training/attendance_months.py": {r"(?<!\d)(\d{1,2})월(?!\d)", r"(?<!\d)(\d{1,2})(월|주|분기)|(상|하)반기", "월"},
    "training/attendance_unread.py": {r"연번|순번|번호|no\.?|#|순"},
    "training/attendance_sheet.py": {"작성요령", "작성예시", "작성방법", "예시", "안내", "샘플", "견본"},
    "training/attendance_rows.py": {"상태", "구분", r"[\d.]+[회일%]?"},
    "training/roster_sheet.py": {"없음", "[가-힣]{2,5}", "[가-힣](?: [가-힣]){1,3}"},
    # Forms that come back by upload keep the words that the readers know, and their names.
    "training/exports.py": {
        "성명",
        "생년월일",
        "휴대전화",
        "이메일",
        "회차(",
        " 출결표",
        " 출석부",
        "명단 양식",
    },
    # The letters of a cohort's code.
    "training/forms.py": {"[0-9A-Za-z가-힣][0-9A-Za-z가-힣._-]*$"},
    "training/plan_file.py": {"[0-9A-Za-z가-힣][0-9A-Za-z가-힣._-]*"},
}


def korean(node: ast.AST) -> Iterator[str]:
    """Yield the Korean of the code below a node, without docstrings and what is translated."""
    children = list(ast.iter_child_nodes(node))
    name = translator(node)
    if name is not None and isinstance(node, ast.Call):
        children = [*node.args[TEXTS[name] :], *node.keywords]
    for child in children:
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and HANGUL.search(child.value):
            yield child.value
        elif not is_docstring:
            yield from korean(child)


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    trees = {
        path.relative_to(APP).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in APP.rglob("*.py")
    }
    return {name: words for name, tree in trees.items() if (words := set(korean(tree)))}


def test_korean_for_the_screen_is_translated(found: dict[str, set[str]]) -> None:
    left = {name: words - WORDS.get(name, set()) for name, words in found.items() if name not in MADE_OF_WORDS}
    assert not {name: words for name, words in left.items() if words}, "use _() or _l() from app.core.i18n"


def test_files_of_words_hold_no_sentences(found: dict[str, set[str]]) -> None:
    sentences = {word for name in MADE_OF_WORDS for word in found.get(name, ()) if SENTENCE.search(word)}
    assert not sentences


def test_the_lists_name_only_what_is_there(found: dict[str, set[str]]) -> None:
    assert not set(MADE_OF_WORDS) - set(found)
    stale = {name: words - found.get(name, set()) for name, words in WORDS.items()}
    assert not {name: words for name, words in stale.items() if words}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('flash("저장했어요.")', {"저장했어요."}),
        ('f"{count}명"', {"명"}),
        ('_("저장했어요.")', set()),
        ('_l("%(name)s 님", name=_("이름"))', set()),
        ('_("%(name)s 님", name="홍길동")', {"홍길동"}),
        ('ngettext("%(num)s명", "%(num)s명", count)', set()),
        ('def show():\n    """출석부"""\n    return 1', set()),
    ],
)
def test_korean_is_found_where_it_stands(code: str, words: set[str]) -> None:
    assert set(korean(ast.parse(code))) == words
