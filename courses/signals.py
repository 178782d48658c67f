"""Facts this app announces, inside the transaction that records them.

learner_enrolled    enrolment: Enrolment
learner_withdrawn   enrolment: Enrolment
course_completed    completions: list of CourseCompletion, new, all of one course and one moment
"""

from django.dispatch import Signal

learner_enrolled = Signal()
learner_withdrawn = Signal()
course_completed = Signal()
