"""Examples for the OpenAPI document, by the name of the body. A test reads each with its own model."""

from __future__ import annotations

from typing import Any

_ID = "5f0d1c2b3a4958677685948372615049"

_SAID: dict[str, Any] = {
    "title": "도시재생 현장지원센터 코디네이터 모집",
    "work_kind": "coordinator",
    "duties": "주민 상담과 공모사업 지원",
    "province": "11",
    "district": "종로구",
    "employment_type": "fixed_term",
    "headcount": 2,
    "pay_unit": "month",
    "pay_min": 2400000,
    "pay_max": 2800000,
    "weekly_hours": 40.0,
    "deadline_at": "2027-03-31T14:59:00Z",
    "documents": ["resume"],
    "contact_phone": "02-123-4567",
    "blind": True,
}
_ASKED: list[dict[str, Any]] = [
    {"kind": "hours", "level": "required", "course_kind": "in_service", "minutes": 2400},
    {"kind": "other", "level": "preferred", "note": "주민과 함께 일해 본 분"},
]
_TOLD: dict[str, Any] = {
    "place": "",
    "pay_text": "",
    "hours_text": "",
    "period_from": None,
    "period_until": None,
    "qualification_text": "",
    "preference_text": "",
    "until_filled": False,
    "documents_text": "",
    "contact_name": "",
    "contact_email": "",
    "residents_first": False,
    "retention_days": 180,
    "id": _ID,
    "version": 2,
    "state": "published",
    "url": f"https://ieum.example/openings/{_ID}",
    "source": "own",
    "source_url": None,
    "employer_name": "종로구 도시재생지원센터",
    "requirements": [
        {
            "kind": "hours",
            "level": "required",
            "text": "직무교육 40시간 이상",
            "course_kind": "in_service",
            "minutes": 2400,
            "within_months": None,
            "months": None,
            "name": None,
            "issuer": None,
            "note": None,
        }
    ],
    "published_at": "2027-03-02T00:00:00Z",
    "closed_at": None,
    "updated_at": "2027-03-02T00:00:00Z",
}
_OPENING = _SAID | _TOLD
_OWN = _OPENING | {
    "reveal_stage": "interview",
    "has_thirty_staff": True,
    "returned_why": "",
    "created_at": "2027-03-01T00:00:00Z",
}
_APPLICATION: dict[str, Any] = {
    "id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "opening_id": _ID,
    "number": 7,
    "stage": "received",
    "submitted_at": "2027-03-09T01:02:03Z",
    "viewed_at": None,
    "decided_at": None,
    "destroyed_at": None,
    "is_blind": True,
    "requirements": [{"level": "required", "text": "직무교육 40시간 이상", "met": True, "short_minutes": 0}],
    "identity": None,
}

EXAMPLES: dict[str, Any] = {
    "OpeningNew": _SAID | {"requirements": _ASKED},
    "OpeningChange": {"headcount": 3, "deadline_at": "2027-04-15T14:59:00Z", "requirements": _ASKED[:1]},
    "OpeningTold": _OPENING,
    "OwnOpeningTold": _OWN,
    "OpeningsTold": {"items": [_OPENING], "next_cursor": f"1772409600000000-{_ID}"},
    "OwnOpeningsTold": {"items": [_OWN], "next_cursor": None},
    "ApplicationTold": _APPLICATION,
    "ApplicationsTold": {"items": [_APPLICATION], "next_cursor": None},
    "StageChange": {"seen": "received", "stage": "shortlisted"},
}
