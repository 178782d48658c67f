"""What certification knows of whom a publication touches."""

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import ngettext

from certification.models import Assertion
from modules.models import Module
from modules.studio import impact


@impact.teller
def certificates_on(module: Module) -> list[str]:
    """ "9 certificates rest on this." Valid today, with the module in the evidence that was frozen. One query.

    Nothing a publication does touches them; the editor should know all the same.
    """
    number = (
        Assertion.objects.valid_on(timezone.now().date())
        .annotate(words=Cast("evidence", TextField()))
        .filter(words__contains=str(module.uuid))
        .count()
    )
    return [
        ngettext("%(n)s certificate rests on this.", "%(n)s certificates rest on this.", number)
        % {"n": number}
    ]
