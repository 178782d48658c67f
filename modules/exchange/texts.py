"""How bytes become text, and how HTML becomes plain text, without anything getting lost unseen."""

import re
import unicodedata
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from content.text import clean_text
from modules.exchange.items import Report

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode(data: bytes, report: Report) -> str:
    """The text of a file, cleaned. Says what had to be guessed or left out."""
    text = _decode(data, report)
    cleaned = clean_text(text)
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(cleaned) != len(composed):
        report.warn(
            0,
            "control-characters",
            _("%(count)d characters that cannot be shown were left out.")
            % {"count": len(composed) - len(cleaned)},
        )
    return cleaned


def _decode(data: bytes, report: Report) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, errors="replace")
            return _said(text, report)
    start = data[:2000]
    if start and start.count(0) > len(start) // 4:
        # Only UTF-16 is full of zero bytes; in most writing they are the upper half of each character.
        little = start[1::2].count(0) >= start[0::2].count(0)
        return _said(data.decode("utf-16-le" if little else "utf-16-be", errors="replace"), report)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        report.warn(
            0,
            "encoding",
            _("The file is not in UTF-8; it was read as Western European. Look at the accents."),
        )
        # The five bytes that Windows leaves empty are controls in Latin-1, and go as such.
        return data.decode("cp1252", errors="ignore")


def _said(text: str, report: Report) -> str:
    if "\ufffd" in text:
        report.warn(0, "encoding", _("Some characters of the file are damaged; they show as “�”."))
    return text


TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*\b[^<>]*|!--.*?--)>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);", re.S)  # fmt: skip
TEX = re.compile(r"\\\(|\\\[|\$\$")
BLOCKS = set(
    "p div section article ul ol dl dt dd table tr blockquote pre h1 h2 h3 h4 h5 h6 hr figure figcaption".split()
)
PLAIN = {"p", "div", "span", "br", "html", "body", "section", "article", "font", "head"}
PICTURES = {"img", "svg", "picture", "object", "embed", "iframe", "video", "audio", "canvas"}
UNSEEN = {"script", "style", "head", "title"}


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lost: set[str] = set()
        self._unseen = 0

    def handle_starttag(self, tag, attrs):
        if tag in UNSEEN:
            self._unseen += 1
        if tag not in PLAIN:
            self.lost.add(tag)
        if tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in ("td", "th"):
            self.out.append(" | ")
        elif tag in BLOCKS:
            self.out.append("\n\n" if tag == "p" else "\n")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag in UNSEEN:
            self._unseen -= 1

    def handle_endtag(self, tag):
        if tag in UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in BLOCKS:
            self.out.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data):
        if not self._unseen:
            self.out.append(re.sub(r"[ \t\n]+", " ", data))


def from_html(text: str, report: Report, row: int, *, is_html: bool | None = None) -> str:
    """Plain text of what may be HTML; what was formatting, a picture or a formula is said.

    is_html  None: decide by looking, as Moodle's automatic format does.
    """
    if is_html is False:
        return text
    if TEX.search(text):
        report.warn(row, "formula", _("A formula stays as it was written, in TeX."))
    if is_html is None and not TAG.search(text):
        return text
    parser = _Plain()
    parser.feed(text)
    parser.close()
    say_lost(parser.lost, report, row)
    return tidy("".join(parser.out))


def say_lost(lost: set[str], report: Report, row: int) -> None:
    """Findings for HTML elements that plain text cannot hold."""
    if lost & PICTURES:
        report.warn(
            row, "picture", _("A picture, sound or film is not taken along. Look whether the question still makes sense.")
        )  # fmt: skip
    if "math" in lost:
        report.warn(row, "formula", _("A formula is taken along as plain characters. Check it."))
    if rest := lost - PICTURES - {"math"}:
        report.lost.setdefault(row, set()).update(rest)


def tidy(text: str) -> str:
    """No spaces at the ends of lines, at most one empty line in a row."""
    lines = "\n".join(line.strip() for line in text.replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
