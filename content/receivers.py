"""What this app does when a record of the knowledge base is saved or deleted: the copy that is searched follows."""

from django.db.models.signals import post_delete, post_save

from content.knowledge import SHELVES
from content.search import passages


def follow_record(sender, instance, raw=False, **_) -> None:
    """Not a rule but a copy, in whatever way the record or a translation of it was saved."""
    if not raw:
        passages.changed(instance.kind, instance.key)


for shelf in SHELVES.values():
    name = shelf.model.__name__
    post_save.connect(
        follow_record, sender=shelf.model, dispatch_uid=f"stoa_content.search.saved.{name}"
    )
    post_delete.connect(
        follow_record, sender=shelf.model, dispatch_uid=f"stoa_content.search.deleted.{name}"
    )
