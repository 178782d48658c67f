"""Query and size ceilings of the knowledge base, with few and many records."""

import pytest

from content import knowledge
from content.models import Fact, Guidance, Recommendation
from tests.content import factories as make

LONGEST_PAGE = 40_000


@pytest.fixture(params=[2, 20, 200])
def full(request, school) -> int:
    """So many records on each shelf, all named by a lesson."""
    make.whole(request.param)
    for name, model in {
        "facts": Fact,
        "recommendations": Recommendation,
        "guidance": Guidance,
    }.items():
        getattr(school.lessons[0], name).set(model.objects.all())
    return request.param


def get(client, path, ceiling, django_assert_max_num_queries):
    client.get(path)  # the first request of a process fills Wagtail's own caches
    with django_assert_max_num_queries(ceiling):
        answer = client.get(path)
    assert answer.status_code == 200
    return answer


def test_the_index_asks_twelve_times(client, full, django_assert_max_num_queries):
    answer = get(client, "/knowledge/", 12, django_assert_max_num_queries)
    assert len(answer.content) <= LONGEST_PAGE


def test_a_listing_asks_twelve_times(client, full, django_assert_max_num_queries):
    narrowed = "?q=e&action=A6&level=L&topic=T8&audience=UP&certainty=own"
    for kind in knowledge.SHELVES:
        for query in ("", narrowed):
            answer = get(client, f"/knowledge/{kind}/{query}", 12, django_assert_max_num_queries)
            assert len(answer.content) <= LONGEST_PAGE


def test_a_record_asks_fifteen_times(client, full, django_assert_max_num_queries):
    for path in (
        "facts/F8.1",
        "sources/S1",
        "recommendations/GR-1",
        "guidance/DG-1",
        "cases/C1",
        "checklists/K1",
        "glossary/word-1",
        "actions/A6",
    ):
        get(client, f"/knowledge/{path}/", 15, django_assert_max_num_queries)


def test_overviews_ask_fifteen_times(client, full, django_assert_max_num_queries):
    for path in ("competences", "coverage"):
        get(client, f"/knowledge/{path}/", 15, django_assert_max_num_queries)


def test_a_table_asks_a_fixed_number_of_times(client, full, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = client.get("/knowledge/recommendations/?format=csv")
        assert len(list(answer.streaming_content)) == full + 2
