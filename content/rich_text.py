"""Markdown of the files to the HTML that Wagtail's rich text keeps, and back."""

import re

from markdown_it import MarkdownIt
from markdownify import MarkdownConverter

MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = (("strong>", "b>"), ("em>", "i>"), ("<h1>", "<h2>"), ("</h1>", "</h2>"))
_EDITOR_KEYS = re.compile(r'\s+data-block-key="[^"]*"')
_BREAK = re.compile(r"<br\s*/?>\s*")
_BETWEEN = re.compile(r"\s*(</?(?:p|ul|ol|li|h[1-6]|blockquote|pre|hr)\b[^>]*>)\s*")
_BLOCK_START = re.compile(
    r"^(\s*)(?:(\d+)([.)])|([-+#>]|={2,}|-{2,}|~{3,})(?=\s|$|[-=~#]))", re.MULTILINE
)
_REFERENCE = re.compile(r"(\[\[[^\[\]\n]+\]\])")
_SIGNS = re.compile(r"[\\`*_<\[\]]")
_AMPERSAND = re.compile(r"&(?=#?\w+;)")
_INTERNAL = re.compile(r'<a [^>]*linktype="')


def to_html(text: str) -> str:
    """References such as [[F8.01]] stay as they are."""
    html = MARKDOWN.render(text).strip()
    for old, new in TAGS:
        html = html.replace(old, new)
    return html


def to_markdown(html: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", _CONVERTER.convert(_EDITOR_KEYS.sub("", html))).strip()


def says_the_same(one: str, other: str) -> bool:
    """Whether two pieces of rich text differ by no more than what an editor's form puts in: keys, line breaks."""
    return _normal(one) == _normal(other)


def has_internal_links(html: str) -> bool:
    """Links to pages and documents of one site: files cannot name them."""
    return bool(_INTERNAL.search(html))


def _normal(html: str) -> str:
    html = _BREAK.sub("<br/>", _EDITOR_KEYS.sub("", html))
    for old, new in (
        ("&quot;", '"'),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("\xa0", " "),
        ("&nbsp;", " "),
    ):
        html = html.replace(old, new)
    html = _BETWEEN.sub(r"\1", re.sub(r"\s+", " ", html)).strip()
    return html.replace("<li><p>", "<li>").replace("</p></li>", "</li>")  # a loose list is a list


class _Converter(MarkdownConverter):
    """Markdownify in the manner of our files: `*`, `-`, `#`, and one paragraph a line."""

    def escape(self, text, parent_tags):
        if "pre" in parent_tags or "code" in parent_tags:
            return text
        parts = _REFERENCE.split(text)  # references are ours; any other bracket could make a link
        parts[::2] = [_AMPERSAND.sub(r"\\&", _SIGNS.sub(r"\\\g<0>", part)) for part in parts[::2]]
        return "".join(parts)

    def convert_p(self, el, text, parent_tags):
        return super().convert_p(el, _safe_start(text), parent_tags)

    def convert_li(self, el, text, parent_tags):
        return super().convert_li(
            el, text if el.find(["p", "ul", "ol"]) else _safe_start(text), parent_tags
        )


def _safe_start(text: str) -> str:
    """A line of words that looks like a list, a heading or a rule is told apart from one."""

    def mark(found: re.Match[str]) -> str:
        indent, number, dot, sign = found.groups()
        return f"{indent}{number}\\{dot}" if number else f"{indent}\\{sign}"

    return _BLOCK_START.sub(mark, text)


_CONVERTER = _Converter(
    heading_style="ATX",
    bullets="-",
    newline_style="BACKSLASH",
    autolinks=False,
    escape_misc=False,
    wrap=False,
)


def without_internal_links(html: str) -> str:
    return re.sub(r'<a [^>]*linktype="[^>]*>(.*?)</a>', r"\1", html, flags=re.DOTALL)
