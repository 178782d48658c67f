import datetime as dt

import pytest

from content.models import Fact, Topic


@pytest.fixture
def old_fact(db) -> Fact:
    topic = Topic.objects.create(key="T99", title="Old things")
    day = dt.date(2025, 1, 1)
    return Fact.objects.create(
        key="F99.01",
        topic=topic,
        title="An old fact",
        text="It was so.",
        certainty="seen",
        valid_as_of=day,
        review_by=day,
    )
