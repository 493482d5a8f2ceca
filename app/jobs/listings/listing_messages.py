"""What is said of a list from elsewhere that cannot be read, and of a row that was not taken, by code.

A run keeps codes and what was found, so that its page can be read in every language.
"""

from __future__ import annotations

from collections.abc import Callable

from app.core.i18n import Text, _l


def explain(code: str, found: str = "") -> Text:
    """Answer the words for a code, with what was found."""
    said = _MESSAGES.get(code)
    return said(found) if said is not None else _l("알 수 없는 까닭이에요(%(code)s).", code=code)


_MESSAGES: dict[str, Callable[[str], Text]] = {
    # What others have put into words already.
    "said": lambda found: found,
    # A row.
    "resident_number": lambda found: _l("주민등록번호로 보이는 번호가 있어 받지 않았어요."),
    "no_title": lambda found: _l("공고명이 비어 있어요."),
    "no_employer": lambda found: _l("기관 이름이 비어 있어요."),
    "no_deadline": lambda found: _l("마감일이 비어 있어요."),
    "bad_deadline": lambda found: _l(
        "마감일 ‘%(found)s’을 읽을 수 없어요. 2026-12-31이나 2026.11.02~11.20처럼 적어 주세요.", found=found
    ),
    "not_an_opening": lambda found: _l("공고가 들어 있지 않아요."),
    "no_number": lambda found: _l("공고번호가 비어 있어요."),
    "link_left_out": lambda found: _l("링크가 http나 https 주소가 아니어서 뺐어요."),
    "forbidden_draft": lambda found: _l(
        "쓸 수 없거나 다시 볼 말이 있어 올리지 않고 작성 중으로 두었어요. 공고에서 확인해 주세요."
    ),
    "forbidden_kept": lambda found: _l("쓸 수 없는 조건이 새로 들어 있어 공고를 고치지 않고 그대로 두었어요."),
    # A list.
    "too_large": lambda found: _l("목록이 %(found)s보다 커서 읽지 않았어요.", found=found),
    "too_many": lambda found: _l("한 목록에서 %(found)s건까지 읽을 수 있어요. 나누어 가져와 주세요.", found=found),
    "doctype": lambda found: _l("목록에 위험한 내용(DOCTYPE)이 들어 있어 읽지 않았어요."),
    "broken_xml": lambda found: _l("XML이 %(found)s번째 줄에서 깨졌거나 잘렸어요.", found=found),
    "unreadable_xml": lambda found: _l("XML을 읽을 수 없어요. 너무 깊거나 글자를 알 수 없어요."),
    "broken_json": lambda found: _l("JSON을 읽을 수 없어요. 깨졌거나 중간에 잘렸어요."),
    "deep_json": lambda found: _l("JSON이 너무 깊어 읽지 않았어요."),
    "not_work24": lambda found: _l("고용24 채용 목록이 아니에요. 채용정보 목록 XML인지 확인해 주세요."),
    "not_alio": lambda found: _l("공공기관 채용 목록이 아니에요. ‘result’가 있는 JSON인지 확인해 주세요."),
    "html": lambda found: _l("목록 대신 웹 페이지가 왔어요. 점검 중이거나 주소나 인증키가 맞지 않을 수 있어요."),
    "refused": lambda found: _l("채용정보 기관이 목록 대신 이렇게 답했어요: %(found)s", found=found),
    "no_head": lambda found: _l("제목 줄을 찾지 못했어요. 공고명, 기관, 접수기간 같은 열 제목이 있는 줄이 필요해요."),
    "no_table": lambda found: _l("파일에 표가 없어요."),
    "no_title_column": lambda found: _l("공고명이 있는 열을 알 수 없어요. 어느 열인지 골라 주세요."),
    "no_deadline_column": lambda found: _l("접수기간이나 마감일이 있는 열을 알 수 없어요. 어느 열인지 골라 주세요."),
    "no_employer_column": lambda found: _l("기관 이름이 있는 열을 알 수 없어요. 어느 열인지 골라 주세요."),
    "pages_changed": lambda found: _l(
        "쪽을 넘기는 동안 목록이 바뀌었거나 다 오지 않았어요. 빠진 공고는 마감하지 않았어요."
    ),
    "empty": lambda found: _l("목록이 비어 있어요. 있던 공고를 마감하지 않았어요."),
    # A portal that did not answer with a list.
    "address": lambda found: _l("이 주소에는 접속하지 않아요. https로 시작하는 공개된 주소인지 확인해 주세요."),
    "redirect": lambda found: _l("다른 주소로 넘기는 답이 와서 따라가지 않았어요. 주소를 확인해 주세요."),
    "encoded": lambda found: _l("읽을 수 없게 압축된 답이 왔어요."),
    "large": lambda found: _l("답이 너무 커서 받다가 그만두었어요."),
    "slow": lambda found: _l("정한 시간 안에 답이 다 오지 않았어요. 잠시 뒤 ‘지금 가져오기’를 다시 눌러 주세요."),
    "tls": lambda found: _l("안전한 연결(TLS)을 맺지 못했어요. 인증서에 문제가 있을 수 있어요."),
    "status": lambda found: _l("오류로 답했어요. 주소와 인증키를 확인하고 ‘지금 가져오기’를 다시 눌러 주세요."),
    "unreachable": lambda found: _l(
        "접속하지 못했거나 답이 중간에 끊겼어요. 잠시 뒤 ‘지금 가져오기’를 다시 눌러 주세요."
    ),
    "interrupted": lambda found: _l("가져오는 동안 작업이 멈췄어요. ‘지금 가져오기’를 다시 눌러 주세요."),
    "sealed": lambda found: _l("인증키를 열 수 없어요. 인증키를 다시 입력해 주세요."),
}
