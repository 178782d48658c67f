"""What can go wrong when a learner does something. Each error carries what is needed to explain it."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class ModulesError(Exception):
    """Base of this app's errors."""


class AttemptsPaused(ModulesError):
    """Every allowed attempt was used; the next one opens at `until` (aware)."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        super().__init__(f"Paused until {until.isoformat()}")


class AttemptClosed(ModulesError):
    """The attempt was submitted before. `attempt` holds its result, which stays as it is."""

    def __init__(self, attempt) -> None:
        self.attempt = attempt
        super().__init__("Already submitted")


class NoQuestions(ModulesError):
    """Too few questions of the pool may be asked today (withdrawn, or a fact that is not sound)."""


@dataclass(frozen=True)
class Missing:
    """What must be completed first: the module `title` (its page is found by `key`), or `needed` more of the group `title`."""

    title: str
    key: uuid.UUID | None = None
    needed: int = 0


class NotOpen(ModulesError):
    """The learner may not act here. `reason` is a code: "not-signed-in", "not-enrolled", "closed", "not-yet", "first".

    "not-yet" comes with `opens_at` (aware), "first" with what is `missing`, and with `opens_at` if that bars the way too.
    """

    def __init__(
        self,
        reason: str,
        *,
        opens_at: dt.datetime | None = None,
        missing: Sequence[Missing] = (),
    ) -> None:
        self.reason = reason
        self.opens_at = opens_at
        self.missing = tuple(missing)
        super().__init__(reason)

    @property
    def is_shut(self) -> bool:
        """Barred for now, by a date or by what comes first; the learner need not do anything about their enrolment."""
        return self.reason in {"not-yet", "first"}


class TooSoon(ModulesError):
    """A lesson was completed before its shortest time on the page was over; `seconds` are left. Nothing was lost."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds} s too soon")


class NotReadable(ModulesError):
    """The thing is not for this person, or not published. Callers answer as if it did not exist."""


class StaleNote(ModulesError):
    """The note was changed elsewhere since this person read it. `note` is the row as it is; nothing was written."""

    def __init__(self, note) -> None:
        self.note = note
        super().__init__("Changed elsewhere")


class SurveyClosed(ModulesError):
    """The survey took answers until `day`. Nothing was stored."""

    def __init__(self, day: dt.date | None) -> None:
        self.day = day
        super().__init__(f"Closed after {day}")


class UnreadableAnswer(ModulesError):
    """An answer names a question or option that was not drawn. Nothing was stored."""


class UnfairCorrection(ModulesError):
    """A correction of `attempt` would lower its share of points, or leave out a question. Nothing was changed."""

    def __init__(self, attempt) -> None:
        self.attempt = attempt
        super().__init__(f"Attempt {attempt.pk} would lose by it")


class RegradeUnderWay(ModulesError):
    """The attempts with `question` are being marked again already; the next time waits for that to be done."""

    def __init__(self, question) -> None:
        self.question = question
        super().__init__(f"Question {question.pk} is being marked again")


class HandedIn(ModulesError):
    """The artefact was handed in and cannot be changed now; `submission` is the newest one."""

    def __init__(self, submission) -> None:
        self.submission = submission
        super().__init__("Handed in")


class NoMoreTries(ModulesError):
    """Every try at an artefact was used without passing."""


class Incomplete(ModulesError):
    """An artefact cannot be handed in yet. `problems` = {field key, or "files": sentence}. Nothing is lost."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(", ".join(self.problems))


class MayNotMark(ModulesError):
    """`reason` is a code: "permission", "reach" (no trainer of theirs), "own" (one's own work), "twice"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class StaleMarking(ModulesError):
    """Somebody else has marked in the meantime; the marking sent was not stored."""


class InvalidMarking(ModulesError):
    """A marking cannot be stored. `problems` = {criterion key, "comment-<n>" or "feedback": sentence}."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(", ".join(self.problems))


class CannotAppeal(ModulesError):
    """`reason` is a code: "late", "full" (nothing to win), "not-yet" (no result), "unknown" (no such question)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class AppealAnswered(ModulesError):
    """The appeal has its answer; `appeal` holds it."""

    def __init__(self, appeal) -> None:
        self.appeal = appeal
        super().__init__("Answered")


class NotTranslated(ModulesError):
    """A question cannot be translated into `language`: it is written in it, the site does not have it, or nothing is frozen yet."""

    def __init__(self, language: str) -> None:
        self.language = language
        super().__init__(f"Not into {language}")
