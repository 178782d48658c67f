"""The figures to beat, as they were measured: shared/notes/workloads.md, sections 1.2, 2.3 and 2.4 (November 2026).

W-MOODLE: Moodle 4.5.6, CPU of PHP and PostgreSQL together at concurrency 1, the better of its two runs; queries are
its database reads and writes. W-PEER: wagtail-lms 0.11.1, CPU as a multiple of its own home page (the floor).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What a peer takes for the same operation. `floors` stands in for CPU where only a ratio was recorded."""

    peer: str
    queries: int
    cpu_ms: float = 0.0
    raw: int = 0
    floors: float = 0.0


MOODLE = "Moodle 4.5.6"
WAGTAIL_LMS = "wagtail-lms 0.11.1"

FIGURES = {
    "anonymous front page": Figure(MOODLE, 33, 67, 25_000),
    "log-in flow (4 requests)": Figure(MOODLE, 54, 185, 140_000),
    "course page, 22 activities": Figure(MOODLE, 62, 125, 422_000),
    "lesson, completed and shown again": Figure(MOODLE, 71, 102, 139_000),
    "lesson again": Figure(MOODLE, 36, 77, 139_000),
    "test: start": Figure(MOODLE, 47, 59),
    "test: ten questions on a page": Figure(MOODLE, 44, 87),
    "test: hand in ten answers": Figure(MOODLE, 138, 63),
    "peer a: course page, 10 lessons": Figure(WAGTAIL_LMS, 14, floors=1.8),
    "peer a: course page, 50 lessons": Figure(WAGTAIL_LMS, 14, floors=2.6),
    "peer b: lesson page, 3 activities": Figure(WAGTAIL_LMS, 15, floors=1.8),
    "peer c: a note kept": Figure(WAGTAIL_LMS, 5, floors=0.4),
    "peer d: a quiz answered, lesson open": Figure(WAGTAIL_LMS, 17, floors=1.5),
    "peer e: the last act of a course, again, 10 lessons": Figure(WAGTAIL_LMS, 41, floors=3.2),
    "peer e: the last act of a course, again, 50 lessons": Figure(WAGTAIL_LMS, 121, floors=12.4),
    "peer f: what was saved, shown": Figure(WAGTAIL_LMS, 5, floors=0.6),
    "peer g: an answer saved": Figure(WAGTAIL_LMS, 13, floors=1.2),
}
