"""Records of the knowledge base, few or many."""

import datetime as dt

from wagtail.models import Locale

from content.models import (
    Action,
    Area,
    Case,
    Checklist,
    Expectation,
    Fact,
    Guidance,
    Profile,
    Recommendation,
    Source,
    Term,
    Topic,
)

CHECKED = dt.date(2026, 11, 22)
FAR = dt.date(2099, 1, 1)


def topic(key: str = "T8", title: str = "Security by design") -> Topic:
    return Topic.objects.get_or_create(key=key, defaults={"title": title})[0]


def source(key: str = "S1", **fields) -> Source:
    defaults = {
        "title": f"Handbook {key}",
        "body": "A research centre",
        "year": "2022",
        "address": f"https://example.org/{key}",
        "says": "What it says.",
    }
    return Source.objects.create(key=key, **defaults | fields)


def fact(key: str = "F8.01", *, sources=(), **fields) -> Fact:
    defaults = {
        "title": f"Title of {key}",
        "text": f"The statement of {key}.",
        "certainty": "seen",
        "valid_as_of": CHECKED,
        "review_by": FAR,
    }
    made = Fact.objects.create(
        key=key, topic=fields.pop("topic", None) or topic(), **defaults | fields
    )
    made.sources.set(sources)
    return made


def advice(model, key: str, *, facts=(), sources=(), actions=(), topics=(), audiences=(), **fields):
    made = model.objects.create(
        key=key, **{"title": f"Title of {key}", "text": f"The advice of {key}."} | fields
    )
    for name, records in {
        "facts": facts,
        "sources": sources,
        "actions": actions,
        "topics": topics,
        "audiences": audiences,
    }.items():
        getattr(made, name).set(records)
    return made


def recommendation(key: str = "GR-01", **fields) -> Recommendation:
    return advice(Recommendation, key, **{"levels": ["L"]} | fields)


def guidance(key: str = "DG-01", **fields) -> Guidance:
    return advice(Guidance, key, **{"measures": ["A line in the brief"]} | fields)


def action(number: int = 6, title: str = "Guidelines for design") -> Action:
    return Action.objects.create(
        key=f"A{number}",
        number=number,
        title=title,
        aim="An aim.",
        not_seen="The rules themselves.",
    )


def profile(key: str = "UP", title: str = "Urban planners") -> Profile:
    return Profile.objects.create(key=key, title=title)


def term(key: str = "stand-off", word: str = "Stand-off", **fields) -> Term:
    return Term.objects.create(key=key, term=word, **{"definition": f"What {word} means."} | fields)


def whole(number: int) -> None:
    """`number` records on every shelf, the first of each resting on the first fact, and so on."""
    t, a, p = topic(), action(), profile()
    own = {"locale": Locale.get_default()}  # bulk_create asks for it
    area = Area.objects.create(key="E", title="Design and protect")
    Expectation.objects.create(profile=p, area=area, level=3)
    numbers = range(1, number + 1)
    sources = Source.objects.bulk_create(
        [
            Source(
                key=f"S{n}",
                title=f"Handbook {n}",
                body="A centre",
                year="2022",
                address=f"https://example.org/{n}",
                says="What it says.",
                **own,
            )
            for n in numbers
        ]
    )
    facts = Fact.objects.bulk_create(
        [
            Fact(
                key=f"F8.{n}",
                topic=t,
                title=f"Title {n}",
                text="A statement.",
                certainty="seen",
                valid_as_of=CHECKED,
                review_by=FAR,
                **own,
            )
            for n in numbers
        ]
    )
    link(Fact.sources, facts, sources)
    for model, prefix in ((Recommendation, "GR"), (Guidance, "DG")):
        levels = own | ({"levels": ["L"]} if model is Recommendation else {})
        made = model.objects.bulk_create(
            [
                model(key=f"{prefix}-{n}", title=f"Title {n}", text="A piece of advice.", **levels)
                for n in numbers
            ]
        )
        for name, others in {
            "facts": facts,
            "sources": sources,
            "actions": [a] * number,
            "topics": [t] * number,
            "audiences": [p] * number,
        }.items():
            link(getattr(model, name), made, others)
    link(
        Case.facts,
        Case.objects.bulk_create(
            [
                Case(key=f"C{n}", title=f"Case {n}", text="What a place tried.", **own)
                for n in numbers
            ]
        ),
        facts,
    )
    items = [{"key": "one", "text": "A point."}]
    link(
        Checklist.facts,
        Checklist.objects.bulk_create(
            [Checklist(key=f"K{n}", title=f"List {n}", items=items, **own) for n in numbers]
        ),
        facts,
    )
    link(
        Term.facts,
        Term.objects.bulk_create(
            [
                Term(key=f"word-{n}", term=f"Word {n}", definition="What it means.", **own)
                for n in numbers
            ]
        ),
        facts,
    )


def link(field, records, others) -> None:
    """Each record to its partner, straight into the table between them."""
    mine, theirs = field.field.m2m_column_name(), field.field.m2m_reverse_name()
    field.through.objects.bulk_create(
        [
            field.through(**{mine: one.pk, theirs: other.pk})
            for one, other in zip(records, others, strict=True)
        ]
    )
