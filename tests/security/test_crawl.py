"""Every link on every public page leads somewhere on this site; every page wears its headers."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

HOST = "http://testserver"
MOST = 250
LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "source": "src",
    "track": "src",
    "iframe": "src",
    "use": "href",
}
NOT_FOLLOWED = ("/account/logout/", "/mail/", "/static/")


class Links(HTMLParser):
    """What a page links to, loads and sends forms to; and its ids, for fragments."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.ids.add(known.get("id", ""))
        self.inline += [name for name in known if name == "style" or name.startswith("on")]
        if (
            tag == "script"
            and not known.get("src")
            and not known.get("nonce")
            and known.get("type") != "application/json"
        ):
            self.inline.append("script")
        if (
            tag in LOADED
            and known.get(LOADED[tag])
            and known.get("rel") not in ("canonical", "alternate")
        ):
            self.loaded.append(known[LOADED[tag]])
        if tag == "a" and known.get("href"):
            self.links.append(known["href"])
        if tag == "form":
            self.loaded.append(known.get("action") or "")


def crawl(client, start: str = "/"):
    """(address, where it was found, response) of every page that can be reached by links."""
    seen, waiting = {start}, deque([(start, "")])
    while waiting and len(seen) < MOST:
        address, origin = waiting.popleft()
        response = client.get(address, follow=True)
        found = (
            Links(response.content.decode())
            if "html" in response.get("Content-Type", "") and not response.streaming
            else None
        )
        yield address, origin, response, found
        for link in found.links if found else []:
            target = urldefrag(urljoin(f"{HOST}{address}", link)).url
            if target.startswith(f"{HOST}/") and not target.startswith(
                tuple(HOST + one for one in NOT_FOLLOWED)
            ):
                path = target.removeprefix(HOST)
                if path not in seen:
                    seen.add(path)
                    waiting.append((path, address))


@pytest.mark.parametrize("role", ["stranger", "trainee", "coordinator"])
def test_every_link_leads_somewhere(world, role):
    broken, foreign, bare, number = [], [], [], 0
    for address, origin, response, page in crawl(world.client(role)):
        number += 1
        if response.status_code >= 400:
            broken.append(f"{address} on {origin}: {response.status_code}")
        if page is None:
            continue
        for link in [*page.loaded, *page.links]:
            target = urljoin(f"{HOST}{address}", link)
            if urlsplit(target).scheme in ("http", "https") and not target.startswith(f"{HOST}/"):
                foreign.append(f"{link} on {address}")
        here = [link[1:] for link in page.links if link.startswith("#")]
        broken += [f"#{part} on {address}" for part in here if part and part not in page.ids]
        bare += [f"{name} on {address}" for name in page.inline]
    assert number > 30 and number < MOST
    assert (broken, foreign, bare) == ([], [], [])


def test_every_public_page_wears_its_headers(world):
    wrong = []
    for address, _origin, response, _page in crawl(world.client("stranger")):
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            continue
        policy = response.get("Content-Security-Policy", "")
        good = (
            "default-src 'none'" in policy
            and "unsafe" not in policy
            and not re.search(r"script-src[^;]*(\*|https?:|data:)", policy)
            and response["X-Content-Type-Options"] == "nosniff"
            and response["X-Frame-Options"] == "SAMEORIGIN"
            and "frame-ancestors 'self'" in policy
            and response["Referrer-Policy"] == "same-origin"
            and "camera=()" in response["Permissions-Policy"]
            and response["Cross-Origin-Opener-Policy"] == "same-origin"
        )
        if not good:
            wrong.append(address)
    assert wrong == []


def test_pages_of_one_person_are_not_kept_by_caches(world):
    client = world.client("trainee")
    kept = []
    for address in (
        "/account/data/",
        "/account/profile/",
        "/cities/join/",
        f"/credentials/{world.assertion.uuid}/",
        f"/credentials/{world.assertion.uuid}.json",
        "/learn/",
        "/record/",
    ):
        answer = client.get(address)
        control = answer.get("Cache-Control", "")
        if "public" in control or not (
            "no-store" in control or "private" in control or "Cookie" in answer.get("Vary", "")
        ):
            kept.append((address, control))
    assert kept == []
