"""What are the bytes that get signed? A plain document as canonical N-Quads (RDFC-1.0).

PyLD turns JSON-LD into RDF; pyoxigraph canonicalises it. PyLD's own URDNA2015 is not used: it writes control characters
such as U+0007 differently from RDFC-1.0, and its signatures then fail in other verifiers.
PyLD has no safe mode, so it is made strict here: a dropped key or a relative `@type` or `@id` is an error.
Source: W3C RDF Dataset Canonicalization (RDFC-1.0), JSON-LD 1.1 API.
"""

import threading
from typing import Any

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    serialize,
)

from certification.signing.contexts import load_document
from certification.signing.errors import NotPlain
from certification.signing.plain import refuse_unless_plain

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

# PyLD resolves what is relative against example.org unless told otherwise, and would sign that. Under a scheme of our
# own it is found and refused, "//host/path" included.
_RELATIVE = "stoa-relative://none/"

# A cache of our own: PyLD's is global, so another user of PyLD in this process could fill it from elsewhere.
_contexts: dict[str, Any] = {}
# PyLD's caches are not safe under threads; the work is pure Python, so a lock costs nothing.
_lock = threading.Lock()


def canonical_bytes(document: dict[str, Any], *, context: tuple[str, ...]) -> bytes:
    """Canonical N-Quads of a plain document.

    context  the exact `@context` it must have, see `plain`.
    Raises   NotPlain if any part of it would not be covered, or is not RDF.
    """
    refuse_unless_plain(document, context=context)
    try:
        with _lock:
            graphs = _StrictProcessor().to_rdf(document, _options())
        dataset = Dataset(_quads(graphs))
    except (JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        # ValueError: pyoxigraph refuses an IRI, or a text has lone surrogates. The rest: PyLD met a shape
        # it does not expect, such as a number where a node should be.
        raise NotPlain("", f"it is not sound JSON-LD ({type(error).__name__})") from None
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    written = serialize(dataset, format=RdfFormat.N_QUADS) or b""
    lines = written.splitlines(keepends=True)
    return b"".join(sorted(lines))


class _StrictProcessor(JsonLdProcessor):
    def __init__(self) -> None:
        super().__init__(on_property_dropped=_refuse_dropped)

    def expand(self, input_: Any, options: Any) -> Any:
        expanded = super().expand(input_, options)
        _refuse_relative(expanded)
        return expanded


def _options() -> dict[str, Any]:
    return {
        "base": _RELATIVE,
        "documentLoader": load_document,
        "contextResolver": ContextResolver(_contexts, load_document),
    }


def _refuse_dropped(term: str | None) -> None:
    raise NotPlain(str(term)[:80], "a property no context defines, so no signature covers it")


def _refuse_relative(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _refuse_relative(item)
    elif isinstance(value, dict):
        named = [value["@id"]] if "@id" in value else []
        types = value.get("@type", [])
        named += types if isinstance(types, list) else [types]
        for iri in named:
            if ":" not in str(iri) or str(iri).startswith(("_:", "stoa-relative:")):
                raise NotPlain(
                    str(iri)[:80], "a type or address no context defines, so no signature covers it"
                )
        for item in value.values():
            _refuse_relative(item)


def _quads(graphs: dict[str, Any]) -> list[Quad]:
    if set(graphs) != {"@default"}:
        raise NotPlain("", "it holds more than one graph")
    return [
        Quad(
            _node(triple["subject"]),
            NamedNode(triple["predicate"]["value"]),
            _term(triple["object"]),
        )
        for triple in graphs["@default"]
    ]


def _node(term: dict[str, str]) -> NamedNode | BlankNode:
    if term["type"] == "blank node":
        return BlankNode(term["value"].removeprefix("_:"))
    return NamedNode(term["value"])


def _term(term: dict[str, str]) -> NamedNode | BlankNode | Literal:
    if term["type"] != "literal":
        return _node(term)
    if term["datatype"] == _XSD_STRING:
        return Literal(term["value"])
    return Literal(term["value"], datatype=NamedNode(term["datatype"]))
