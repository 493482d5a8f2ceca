"""What goes when an applicant takes an application or the consent to it back: all that was handed in, and all that
the employer's people have said of it since. The row, its number and its dates stay."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from app.core.db import db
from app.jobs.applicant_models import StageMove
from app.jobs.application_models import Application, ApplicationFile, ApplicationItem
from app.jobs.applying.applicant_mail import take_back
from app.jobs.interview_models import InterviewChoice
from app.jobs.message_models import ApplicationMessage
from app.jobs.reviewer_models import Recusal, ReviewComment, Score

# A time that was chosen would still hold its seat, and old scores would speak for papers that nobody has read, when
# somebody applies again on the same row.
_GONE = (ApplicationItem, ApplicationFile, InterviewChoice, ApplicationMessage, Score, ReviewComment)


def forget_what_was_said(application: Application) -> None:
    """Delete it within the present transaction, and the mail about a decision that has not been sent."""
    moves = select(StageMove.mail_id).where(StageMove.application_id == application.id, StageMove.mail_id != "")
    for mail_id in db.session.scalars(moves).all():
        take_back(mail_id)
    for table in _GONE:
        db.session.execute(delete(table).where(table.application_id == application.id))
    for reasons in (StageMove, Recusal):
        db.session.execute(update(reasons).where(reasons.application_id == application.id).values(why=""))
    application.identity, application.words, application.eligibility = None, "", []
    db.session.flush()
    db.session.expire(application, ["items", "files"])
