"""Markdown to rich text and back: what a reader sees stays the same, and a second trip changes nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from content.rich_text import says_the_same, to_html, to_markdown

words = st.text(st.sampled_from(list("abcé.,;:!?1.2)-+_<>[]()&\\'\"~=| ")), min_size=1, max_size=12)
letters = st.text(st.sampled_from(list("abcé1")), min_size=1, max_size=6)
runs = st.one_of(
    words,
    letters.map("**{}**".format),
    letters.map("*{}*".format),
    st.sampled_from(
        [
            "[[F1.01]]:",
            "[[term:a|b c]]",
            "[x y](https://example.org/a_b?c=1)",
            "2*3",
            "# no heading",
        ]
    ),
)
lines = st.lists(runs, min_size=1, max_size=5).map(" ".join)
lists = st.lists(letters, min_size=1, max_size=3)
blocks = st.one_of(
    lines,
    letters.map("## {}".format),
    lists.map(lambda items: "\n".join(f"- {one}" for one in items)),
    lists.map(lambda items: "\n".join(f"{n}. {one}" for n, one in enumerate(items, 1))),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(blocks, min_size=1, max_size=4).map("\n\n".join))
def test_there_and_back_says_the_same(text):
    html = to_html(text)
    again = to_html(to_markdown(html))
    assert says_the_same(again, html)
    assert to_markdown(again) == to_markdown(html)


def test_what_an_editors_form_puts_in_is_no_change():
    html = to_html("One\nline [[F8.01]].\n\n- a\n- b")
    saved = '<p data-block-key="x1">One line [[F8.01]].</p><ul><li data-block-key="x2">a</li><li>b</li></ul>'
    assert says_the_same(saved, html)
    assert not says_the_same(saved.replace("One", "Two"), html)
