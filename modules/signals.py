"""Facts this app announces, inside the transaction that records them.

attempt_recorded     attempt: Attempt, just submitted and scored
attempt_corrected    correction: Correction, new; its attempt has the result that holds now
activity_completed   completion: Completion, new
submission_marked    submission: Submission, just decided, perhaps for the second time after an appeal
appeal_answered      appeal: Appeal, just upheld or declined
structure_changed    module: Module, version: ModuleVersion | None
"""

from django.dispatch import Signal

attempt_recorded = Signal()
attempt_corrected = Signal()
activity_completed = Signal()
structure_changed = Signal()
submission_marked = Signal()
appeal_answered = Signal()
