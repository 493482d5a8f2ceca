"""Whom each route of the job board serves, in a world of one employer, its openings and its applicants.

A route under a blueprint named here belongs into this table; all others into that of `test_access_matrix`.
"""

from __future__ import annotations

MANAGER, CLERK, VIEWER, APPLICANT = "manager", "clerk", "viewer", "applicant"
UNASSIGNED = "viewer who reviews nothing"
OTHER_PERSON, OTHER_EMPLOYER, CENTRE, OFFICE = "other person", "other employer", "training centre", "office"
OPERATOR, NOBODY = "operator", "nobody"
EVERYBODY = {
    MANAGER,
    CLERK,
    VIEWER,
    UNASSIGNED,
    APPLICANT,
    OTHER_PERSON,
    OTHER_EMPLOYER,
    CENTRE,
    OFFICE,
    OPERATOR,
    NOBODY,
}
SIGNED_IN = EVERYBODY - {NOBODY}
# A viewer sees the openings that they review, and nothing else of their employer.
COLLEAGUES = {MANAGER, CLERK, VIEWER}
WRITERS = {MANAGER, CLERK}
EMPLOYERS = COLLEAGUES | {UNASSIGNED, OTHER_EMPLOYER}

PEOPLE = {APPLICANT, OTHER_PERSON}

WHOM_IT_SERVES: dict[str, set[str]] = {
    "openings.index": EVERYBODY,
    "openings.show": EVERYBODY,
    "openings.apply": PEOPLE,
    "openings.apply_eligibility": PEOPLE,
    "openings.apply_documents": PEOPLE,
    "openings.apply_consent": PEOPLE,
    "openings.apply_confirm": PEOPLE,
    "openings.apply_discard": PEOPLE,
    "openings.apply_resume": {OTHER_PERSON},
    "openings.apply_file": {OTHER_PERSON},
    "applications.index": PEOPLE,
    "applications.show": {APPLICANT},
    "applications.received": {APPLICANT},
    "applications.withdraw": {APPLICANT},
    "applications.withdraw_consent": {APPLICANT},
    "applications.file": {APPLICANT},
    "hiring.index": EMPLOYERS,
    "hiring.create": WRITERS | {OTHER_EMPLOYER},
    "hiring.show": COLLEAGUES,
    "hiring.edit": WRITERS,
    "hiring.submit": WRITERS,
    "hiring.close": WRITERS,
    "hiring.reopen": WRITERS,
    "hiring.fill": WRITERS,
    "hiring.requirements": COLLEAGUES,
    "hiring.add_requirement": WRITERS,
    "hiring.edit_requirement": WRITERS,
    "hiring.remove_requirement": WRITERS,
    "hiring.applicants": COLLEAGUES,
    "hiring.applicants_board": COLLEAGUES,
    "hiring.applicant": COLLEAGUES,
    "hiring.open_applicant": COLLEAGUES,
    "hiring.decide": WRITERS,
    "hiring.undo": WRITERS,
    "hiring.reveal": WRITERS,
    "hiring.export_applicants": WRITERS,
    "hiring.applicant_paper": COLLEAGUES,
    "hiring.applicant_file": COLLEAGUES,
    "hiring.applicant_document": COLLEAGUES,
    "hiring.interviews": COLLEAGUES,
    "hiring.offer_interview": WRITERS,
    "hiring.withdraw_interview": WRITERS,
    "hiring.applicant_messages": COLLEAGUES,
    "hiring.write_to_applicant": WRITERS,
    "hiring.read_messages": COLLEAGUES,
    "applications.interview": {APPLICANT},
    "applications.choose_interview": {APPLICANT},
    "applications.messages": {APPLICANT},
    "applications.read_own_messages": {APPLICANT},
    "hiring.reviewers": {MANAGER},
    "hiring.appoint": {MANAGER},
    "hiring.dismiss": {MANAGER},
    "hiring.add_criterion": {MANAGER},
    "hiring.remove_criterion": {MANAGER},
    "hiring.scores": COLLEAGUES,
    "hiring.open_scores": {MANAGER},
    "hiring.comment": COLLEAGUES,
    # Only whoever was made a reviewer of the opening.
    "hiring.score": {VIEWER},
    "hiring.step_back": {VIEWER},
    "opening_reviews.index": {OFFICE},
    "opening_reviews.show": {OFFICE},
    "opening_reviews.approve": {OFFICE},
    "opening_reviews.give_back": {OFFICE},
    "opening_sources.index": WRITERS | {OTHER_EMPLOYER, OFFICE, OPERATOR},
    "opening_sources.create": {OFFICE, OPERATOR},
    "opening_sources.show": {OFFICE, OPERATOR},
    "opening_sources.edit": {OFFICE, OPERATOR},
    "opening_sources.pull": {OFFICE, OPERATOR},
    "opening_sources.run": {OFFICE, OPERATOR},
    "opening_sources.undo": {OFFICE, OPERATOR},
    "opening_sources.upload": WRITERS | {OTHER_EMPLOYER, OFFICE, OPERATOR},
    "opening_sources.upload_columns": WRITERS | {OTHER_EMPLOYER, OFFICE, OPERATOR},
    "opening_sources.confirm_upload": WRITERS | {OTHER_EMPLOYER, OFFICE, OPERATOR},
}
PEOPLE = {APPLICANT, OTHER_PERSON}
WHOM_IT_SERVES |= {
    "openings.for_me": PEOPLE,
    "openings.preferences": PEOPLE,
    "hiring.people": COLLEAGUES,
    "hiring.offer": WRITERS,
    "offers.index": PEOPLE,
    "offers.answer": {APPLICANT},
    "expert_needs.index": EMPLOYERS,
    "expert_needs.create": WRITERS | {OTHER_EMPLOYER},
    "expert_needs.show": COLLEAGUES | {UNASSIGNED},
    "expert_needs.invite": WRITERS,
    "expert_needs.move": WRITERS,
    "expert_invitations.received": PEOPLE,
    "expert_invitations.answer": {APPLICANT},
    "training_needs.index": {CENTRE, OFFICE},
    "opening_feeds.atom": EVERYBODY,
    "opening_feeds.sitemap": EVERYBODY,
    "opening_feeds.sitemap_part": EVERYBODY,
    "opening_feeds.robots": EVERYBODY,
    "saved_searches.index": SIGNED_IN,
    "saved_searches.create": SIGNED_IN,
    "saved_searches.edit": {APPLICANT},
    "saved_searches.delete": {APPLICANT},
    "saved_searches.stop": EVERYBODY,
}
WHOM_IT_SERVES |= {
    "duties.index": EMPLOYERS,
    "duties.overview": {OFFICE},
    "hiring.duties": COLLEAGUES,
    "hiring.tell_schedule": WRITERS,
    "hiring.note_returned": WRITERS,
    "hiring.destroy": WRITERS,
    "hiring.destructions": COLLEAGUES,
    "hiring.destructions_paper": WRITERS,
    "employments.index": EMPLOYERS,
    "employments.mine": PEOPLE,
    "employments.create": WRITERS,
    "employments.show": COLLEAGUES | {UNASSIGNED},
    "employments.edit": WRITERS,
    "employments.standing": WRITERS,
    "figures.jobs": {OFFICE, OPERATOR},
    "figures.export_jobs": {OFFICE, OPERATOR},
    "applications.ask_return": {APPLICANT},
}
BLUEPRINTS = {endpoint.split(".")[0] for endpoint in WHOM_IT_SERVES}
