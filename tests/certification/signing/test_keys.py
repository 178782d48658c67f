"""Private keys stay in one place, and the public half is found where did:web looks for it."""

import stat

import pytest

from certification.signing.did import did_document, did_from_url, document_path
from certification.signing.errors import KeyExists, KeyMissing, KeyTooOpen
from certification.signing.keys import PublishedKey, generate_key, load_key


def test_a_key_read_back_is_the_key_written(tmp_path):
    path = tmp_path / "key-1.pem"
    made = generate_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).public_multibase == made.public_multibase
    assert made.public_multibase.startswith("z6Mk")


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "key-1.pem"
    path.write_text("something else")
    with pytest.raises(KeyExists):
        generate_key(path)
    assert path.read_text() == "something else"


def test_a_key_others_may_read_is_not_used(tmp_path):
    path = tmp_path / "key-1.pem"
    generate_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyTooOpen, match="0640"):
        load_key(path)


@pytest.mark.parametrize(
    "content", [None, b"", b"secret stuff", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"]
)
def test_what_is_no_key_is_missing_and_not_quoted(tmp_path, content):
    path = tmp_path / "key-1.pem"
    if content is not None:
        path.write_bytes(content)
        path.chmod(0o600)
    with pytest.raises(KeyMissing) as refusal:
        load_key(path)
    assert "secret stuff" not in str(refusal.value)


def test_a_key_does_not_show_itself(tmp_path):
    assert "rivate" not in repr(generate_key(tmp_path / "key-1.pem"))


@pytest.mark.parametrize(
    ("url", "did", "path"),
    [
        ("https://learn.example.org", "did:web:learn.example.org", "/.well-known/did.json"),
        ("http://localhost:8000/", "did:web:localhost%3A8000", "/.well-known/did.json"),
        ("https://Example.org/stoa/a", "did:web:example.org:stoa:a", "/stoa/a/did.json"),
        ("https://bücher.example", "did:web:xn--bcher-kva.example", "/.well-known/did.json"),
    ],
)
def test_the_issuer_is_named_after_the_site(url, did, path):
    assert did_from_url(url) == did
    assert document_path(did) == path


@pytest.mark.parametrize(
    "url", ["", "learn.example.org", "ftp://x.example", "https://u@x.example", "https://x/?q"]
)
def test_what_is_no_site_has_no_did(url):
    with pytest.raises(ValueError):
        did_from_url(url)


def test_every_key_is_published(desk):
    keys = [
        PublishedKey("key-1", desk.key.public_multibase, retired_at=desk.at),
        PublishedKey("key-2", desk.key.public_multibase, revoked_at=desk.at),
    ]
    published = did_document(desk.did, keys)
    assert [method["id"] for method in published["verificationMethod"]] == [
        f"{desk.did}#key-1",
        f"{desk.did}#key-2",
    ]
    assert published["verificationMethod"][1]["revoked"] == "2026-11-22T10:00:00Z"
