"""Facts this app announces, inside the transaction that records them.

record_changed   record: a record of the knowledge base, change: Change, new
"""

from django.dispatch import Signal

record_changed = Signal()
