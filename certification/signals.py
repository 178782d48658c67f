"""Facts this app announces, inside the transaction that records them.

assertion_issued   assertion: Assertion, signed and active
assertion_revoked  assertion: Assertion
"""

from django.dispatch import Signal

assertion_issued = Signal()
assertion_revoked = Signal()
