"""Lists of openings as portals and centres send them, with the rows that a test names."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.sax.saxutils import escape

HEAD = ("공고명", "기관", "근무지", "고용형태", "모집인원", "급여", "접수기간", "자격요건", "담당자 연락처", "링크")


def wanted(number: int, **values: str) -> dict[str, str]:
    """Answer the values of one row of 고용24."""
    return {
        "wantedAuthNo": f"K0000{number:06}",
        "company": f"(주) 다온{number}",
        "title": "마을만들기 활동가 모집",
        "salTpNm": "월급",
        "sal": "월급 2,400,000원 ~ 2,800,000원",
        "minSal": "2400000",
        "maxSal": "2800000",
        "region": "서울 종로구",
        "career": "경력",
        "minEdubg": "학력무관",
        "regDt": "26-11-02",
        "closeDt": "99-12-31",
        "wantedInfoUrl": f"https://www.example.org/wanted?no=K0000{number:06}&kind=1",
        "empTpCd": "20",
    } | values


def work24(*rows: dict[str, str], total: int | None = None, page: int = 1, head: str = "") -> bytes:
    """Write a list of 고용24."""
    total = len(rows) if total is None else total
    body = "".join(
        "<wanted>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items()) + "</wanted>"
        for row in rows
    )
    start = f"<total>{total}</total><startPage>{page}</startPage><display>100</display>"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<wantedRoot>{start}{body}</wantedRoot>'
    return text.encode()


def notice(number: int, **values: Any) -> dict[str, Any]:
    """Answer the values of one row of the public institutions' list."""
    return {
        "recrutPblntSn": 900000 + number,
        "instNm": f"한국다온공단{number}",
        "hireTypeNmLst": "무기계약직",
        "workRgnNmLst": "부산",
        "recrutSeNm": "신입+경력",
        "recrutNope": 3,
        "pbancBgngYmd": "20261102",
        "pbancEndYmd": "20991231",
        "recrutPbancTtl": "주거복지 코디네이터 채용 공고",
        "srcUrl": f"https://www.example.org/recruit/{number}",
        "aplyQlfcCn": "관련 경력 1년 이상",
        "prefCn": "장애인 우대",
    } | values


def alio(*rows: dict[str, Any], total: int | None = None, **values: Any) -> bytes:
    """Write the list of public institutions."""
    answer = {"resultCode": 200, "resultMsg": "성공했습니다.", "totalCount": len(rows) if total is None else total}
    return json.dumps(answer | {"result": list(rows)} | values, ensure_ascii=False).encode()


def line(number: int, **values: str) -> dict[str, str]:
    """Answer the cells of one row of a centre's list, by title."""
    return {
        "공고명": "현장지원 코디네이터 모집",
        "기관": f"다온{number}구 도시재생지원센터",
        "근무지": "경기 수원시 팔달구",
        "고용형태": "기간제",
        "모집인원": "2명",
        "급여": "월 230만원",
        "접수기간": "2026.11.09~2099.12.07 18:00",
        "자격요건": "직무교육 40시간 이상",
        "담당자 연락처": "02-680-5249",
        "링크": f"https://www.example.org/list/{number}",
    } | values


def sheet(*rows: dict[str, str], head: tuple[str, ...] = HEAD, above: str = "", encoding: str = "cp949") -> bytes:
    """Write a centre's list as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if above:
        writer.writerow([above])
    writer.writerow(head)
    for row in rows:
        writer.writerow([row.get(title, "") for title in head])
    return text.getvalue().encode(encoding)
