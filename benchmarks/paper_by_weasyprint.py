"""The same page by WeasyPrint, to compare with: same texts, typefaces, drawings and attachment, PDF/A-3, no seal."""

from __future__ import annotations

from html import escape
from typing import Any

from app.certificates.document import CertificatePrint
from app.certificates.fonts import FONT_FILES
from app.certificates.ornament import background_svg
from app.certificates.qr import qr_svg
from app.certificates.seal import seal_svg

_FACES = "".join(
    f"@font-face {{ font-family: {name}; src: url(file://{path}) }}"
    for name, path in zip(("serif-kr", "sans-kr"), FONT_FILES, strict=True)
)
_STYLE = """
@page { size: A4; margin: 27mm 27mm 23mm }
body { font: 14.5pt serif-kr; word-break: keep-all }
.background { position: fixed; left: -27mm; top: -27mm; width: 210mm }
h1 { font-size: 50pt; font-weight: normal; letter-spacing: .55em; text-align: center; margin: 18mm 0 20mm }
dl { margin: 0 4mm } dt { float: left; width: 6.7em } dd { margin: 0 0 1.2em 6.7em }
.award { font-size: 17pt; line-height: 1.9; text-align: center } .issued { text-align: center }
.head { font-size: 27pt; text-align: center; position: relative } .head svg { width: 25mm; position: absolute }
.foot { border-top: .5pt solid #987; font: 9.2pt sans-kr; margin-top: 10mm } .foot svg { width: 40mm; float: left }
.foot b { font: 17pt sans-kr }
"""


class WeasyPrint:
    """Prints certificates with one font configuration for all, as WeasyPrint's documentation advises."""

    def __init__(self, weasyprint: Any) -> None:
        self._weasyprint = weasyprint
        self._fonts = weasyprint.text.fonts.FontConfiguration()
        self._style = weasyprint.CSS(string=_FACES + _STYLE, font_config=self._fonts)

    def print(self, paper: CertificatePrint, credential: bytes) -> bytes:
        document = self._weasyprint.HTML(string=_html(paper))
        attachment = self._weasyprint.Attachment(
            string=credential.decode(), name="credential.json", relationship="Source"
        )
        printed: bytes = document.write_pdf(
            stylesheets=[self._style], font_config=self._fonts, pdf_variant="pdf/a-3b", attachments=[attachment]
        )
        return printed


def _html(paper: CertificatePrint) -> str:
    rows = {
        "성명": paper.name,
        "생년월일": f"{paper.birth_date:%Y년 %m월 %d일}",
        "과정명": f"{paper.course_name} ({paper.cohort_name})",
        "교육구분": paper.course_kind,
        "교육기간": f"{paper.started:%Y년 %m월 %d일} ~ {paper.ended:%Y년 %m월 %d일}",
        "이수시간": f"{paper.minutes / 60:g}시간",
        "교육기관": paper.centre_name,
    }
    listed = "".join(f"<dt>{name}</dt><dd>: {escape(value)}</dd>" for name, value in rows.items())
    return (
        f'<html lang="ko"><title>수료증 {paper.serial}</title><div class="background">{background_svg()}</div>'
        f"<p>{paper.serial}</p><h1>수료증</h1><dl>{listed}</dl><p class=award>{paper.award_sentence}</p>"
        f"<p class=issued>{paper.issued:%Y년 %m월 %d일}</p>"
        f"<p class=head>{escape(paper.issuer_name)}{seal_svg(paper.issuer_name)}</p>"
        f"<div class=foot>{qr_svg(paper.verification_url, paper.slip)}<p>문서확인번호</p>"
        f"<b>{paper.document_number}</b>"
        "<p>QR 코드를 휴대전화 카메라로 비추거나, 문서확인번호와 성명을 입력해 주십시오."
        "<p>화면에 나타난 내용이 이 증서와 같은지 견주어 보시기 바랍니다.</div></html>"
    )
