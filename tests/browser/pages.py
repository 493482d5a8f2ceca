"""The pages there are, for everybody who may see them; `{words}` stand for ids of what the demo made."""

from __future__ import annotations

from tests.browser.running import Service

ACCOUNTS = {
    "clerk": "centre@example.org",
    "coordinator": "person2001@example.org",
    "employer": "employer@example.org",
    "operator": "operator@example.org",
}
PAGES = {
    "visitor": (
        "/",
        "/sign-in",
        "/sign-up",
        "/sign-up/sent",
        "/password/forgotten",
        "/password/sent",
        "/password/reset/nothing",
        "/verify",
        "/verify/receipts",
        "/v/{certificate}",
        "/v/nothing",
        "/nowhere",
    ),
    "clerk": (
        "/centre",
        "/cohorts",
        "/cohorts?q=없는 기수",
        "/cohorts/attendance",
        "/cohorts/plan",
        "/cohorts/new/{course}",
        "/cohorts/{finished}",
        "/cohorts/{finished}/attendance",
        "/cohorts/{finished}/attendance/{upload}",
        "/cohorts/{finished}/attendance/{upload}/undo",
        "/cohorts/{finished}/attendance/new",
        "/cohorts/{finished}/roster",
        "/cohorts/{finished}/people/new",
        "/cohorts/{finished}/people/{enrolment}",
        "/cohorts/{finished}/people/{enrolment}/cancel",
        "/cohorts/{finished}/certificates",
        "/cohorts/{finished}/certificates/issued",
        "/cohorts/{ready}",
        "/cohorts/{ready}/edit",
        "/cohorts/{ready}/certificates",
        "/cohorts/{ready}/certificates/issued",
        "/courses",
        "/courses/new",
        "/courses/{course}",
        "/courses/{course}/policy",
        "/certificates",
        "/certificates/{certificate}",
        "/correction-requests",
        "/organisations",
        "/organisations/new",
        "/organisations/{centre}",
        "/organisations/{centre}/members/{membership}",
        "/organisations/{centre}/members/{membership}/remove",
        "/account",
        "/account/person",
        "/account/second-factor",
        "/account/second-factor/codes",
        "/account/password",
        "/account/close",
        "/portfolio",
    ),
    "coordinator": (
        "/",
        "/portfolio",
        "/portfolio/courses/{enrolment}",
        "/portfolio/courses/{enrolment}/correction",
        "/portfolio/certificates",
        "/portfolio/accesses",
        "/portfolio/badges",
        "/portfolio/badges/new",
        "/certificates/{certificate}",
        "/account",
        "/organisations",
        "/cohorts",
    ),
    "employer": ("/organisations", "/account", "/verify/bulk", "/verify/bulk/new"),
    "operator": ("/approvals", "/approvals?state=all", "/approvals/{centre}", "/account", "/access-log"),
}


def places(service: Service) -> dict[str, str]:
    """The ids of what the demo made, by the word that stands for them above."""
    of_cohort = "SELECT public_id FROM cohorts WHERE code = ?"
    finished = service.public_id(of_cohort, "2026-S1")
    of_person = (
        "SELECT e.public_id FROM enrolments e JOIN accounts a ON a.person_id = e.person_id JOIN cohorts c "
        "ON c.id = e.cohort_id WHERE a.email = 'person2001@example.org' AND c.public_id = ?"
    )
    enrolment = service.public_id(of_person, finished)
    return {
        "finished": finished,
        "ready": service.public_id(of_cohort, "2026-G1"),
        "course": service.public_id("SELECT public_id FROM courses ORDER BY id"),
        "upload": service.public_id(
            "SELECT u.public_id FROM attendance_uploads u JOIN cohorts c ON c.id = u.cohort_id WHERE c.public_id = ?",
            finished,
        ),
        "enrolment": enrolment,
        "certificate": service.public_id(
            "SELECT public_id FROM certificates WHERE enrolment_public_id = ?", enrolment
        ),
        "centre": service.public_id("SELECT public_id FROM organisations WHERE kind = 'training_centre' ORDER BY id"),
        "membership": service.public_id("SELECT public_id FROM memberships ORDER BY id"),
    }
