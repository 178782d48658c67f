"""The table of contents of a cartridge: what it is called, how it is divided, and which files belong to what."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from content.text import clean_line, clean_text
from modules.cartridge import vocabulary, xml
from modules.cartridge.vocabulary import CP, LOM, SCHEMAS, XSI

MAX_ITEMS = 5000


class NoCartridge(ValueError):
    """The manifest is none of ours to read. `code` is a key of `findings.SENTENCES`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass
class Item:
    """A line of the table of contents: a folder, or one resource."""

    title: str
    resource: str = ""
    children: list["Item"] = field(default_factory=list)


@dataclass
class Resource:
    identifier: str
    type: str
    href: str = ""
    files: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)

    @property
    def sort(self) -> str:
        return vocabulary.sort_of(self.type)

    @property
    def file(self) -> str:
        """The file that is the resource: its address, or else the first file it lists."""
        return self.href or next(iter(self.files), "")


@dataclass
class Manifest:
    """`items` are what stands under the root line, in order; `resources` by identifier."""

    identifier: str
    title: str
    summary: str = ""
    language: str = ""
    version: str = "1.3"
    is_thin: bool = False
    items: list[Item] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)


def ncname(name: str) -> str:
    """A name as XML's identifiers need it."""
    return "i" + re.sub(r"[^A-Za-z0-9._-]", "-", name)


# Writing


def write(manifest: Manifest) -> bytes:
    numbers = iter(range(1, 1_000_000))
    node = xml.node
    root = node(
        "manifest",
        node(
            "metadata",
            node("schema", "IMS Common Cartridge"),
            node("schemaversion", "1.3.0"),
            _lom(manifest),
        ),
        node(
            "organizations",
            node(
                "organization",
                node("item", *(_item(item, numbers) for item in manifest.items), identifier="root"),
                identifier="organisation",
                structure="rooted-hierarchy",
            ),
        ),
        node("resources", *(_resource(resource) for resource in manifest.resources.values())),
        identifier=manifest.identifier,
        xmlns=CP,
        xmlns__lom=LOM,
        xmlns__xsi=XSI,
        xsi__schemaLocation=f"{CP} {SCHEMAS[CP]} {LOM} {SCHEMAS[LOM]}",
    )
    return xml.write(root)


def _lom(manifest: Manifest) -> Element:
    node, language = xml.node, manifest.language or "en"
    return node(
        "lom:lom",
        node(
            "lom:general",
            node("lom:title", node("lom:string", manifest.title, language=language)),
            node("lom:language", language),
            node("lom:description", node("lom:string", manifest.summary, language=language)),
        ),
    )


def _item(item: Item, numbers: Iterator[int]) -> Element:
    places = {"identifier": f"item-{next(numbers)}"}
    if item.resource:
        places["identifierref"] = item.resource
    children = (_item(child, numbers) for child in item.children)
    return xml.node("item", xml.node("title", item.title), *children, **places)


def _resource(resource: Resource) -> Element:
    places = {"identifier": resource.identifier, "type_": resource.type}
    if resource.type == vocabulary.Written.PAGE:
        places["href"] = resource.href
    files = (xml.node("file", href=name) for name in resource.files)
    needs = (xml.node("dependency", identifierref=name) for name in resource.needs)
    return xml.node("resource", *files, *needs, **places)


# Reading


def read(data: bytes) -> Manifest:
    """Raises NoCartridge for what is no manifest of a cartridge of the versions we read."""
    version = _version(data)
    try:
        root = xml.read(data)
    except xml.Unreadable:
        raise NoCartridge("manifest-damaged") from None
    if root.tag != "manifest":
        raise NoCartridge("no-cartridge")
    schema = xml.text_at(root, "metadata/schema").lower()
    if "cartridge" not in schema:
        raise NoCartridge("no-cartridge")
    version = version or xml.text_at(root, "metadata/schemaversion")[:3]
    if version not in vocabulary.VERSIONS:
        raise NoCartridge("version")
    general = root.find("metadata/lom/general")
    found = Manifest(
        identifier=clean_line(root.get("identifier", ""))[:200],
        title=clean_line(_string(general, "title")),
        summary=clean_text(_string(general, "description")).strip(),
        language=clean_line(_string(general, "language"))[:20],
        version=version,
        is_thin="thin" in schema,
    )
    for node in root.iterfind("resources/resource"):
        resource = _read_resource(node)
        found.resources.setdefault(resource.identifier, resource)
    organisation = root.find("organizations/organization")
    if organisation is not None:
        found.items = _read_items(organisation)
        # The profile asks for one root line without a resource; some writers leave it out.
        if len(found.items) == 1 and not found.items[0].resource:
            found.title = found.title or found.items[0].title
            found.items = found.items[0].children
    return found


def _version(data: bytes) -> str:
    """The version its namespace names; writers are less careful with the number they write beside it."""
    match = re.search(rb"imsccv1p(\d)/imscp_v1p1", data.replace(b"\0", b"")[:20_000])
    return f"1.{match[1].decode()}" if match else ""


def _string(general: Element | None, name: str) -> str:
    return "" if general is None else xml.text_at(general, name)


def _read_resource(node: Element) -> Resource:
    return Resource(
        identifier=node.get("identifier", ""),
        type=node.get("type", ""),
        href=path_of(node.get("href", "")),
        files=[path_of(file.get("href", "")) for file in node.iterfind("file")],
        needs=[need.get("identifierref", "") for need in node.iterfind("dependency")],
    )


def _read_items(parent: Element) -> list[Item]:
    """Raises NoCartridge for a table of contents that no course has."""
    count = 0
    top: list[Item] = []
    waiting = [(parent, top)]
    while waiting:
        node, into = waiting.pop()
        for child in node.iterfind("item"):
            count += 1
            if count > MAX_ITEMS:
                raise NoCartridge("too-many-items")
            title = clean_line(xml.text_at(child, "title"))
            item = Item(title=title, resource=child.get("identifierref", ""))
            into.append(item)
            waiting.append((child, item.children))
    return top


def path_of(href: str, folder: str = "") -> str:
    """The name of a file in the archive that an address means; "" for one that leads elsewhere."""
    plain = unquote(href.split("#")[0].split("?")[0]).replace("\\", "/").strip()
    if not plain or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", plain):
        return ""
    path = posixpath.normpath(posixpath.join(folder, plain.lstrip("/") if not folder else plain))
    return "" if path.startswith(("..", "/")) or path == "." else path
