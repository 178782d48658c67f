"""Names that Common Cartridge has fixed: namespaces, types of resources, kinds of questions."""

from enum import StrEnum

MANIFEST = "imsmanifest.xml"
VERSIONS = ("1.1", "1.2", "1.3")  # what we read; we write the last

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
WEB_LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PLACE = "http://www.imsglobal.org/profile/cc/ccv1p3/"
SCHEMAS = {
    CP: f"{PLACE}ccv1p3_imscp_v1p2_v1p0.xsd",
    LOM: f"{PLACE}LOM/ccv1p3_lommanifest_v1p0.xsd",
    QTI: f"{PLACE}ccv1p3_qtiasiv1p2p1_v1p0.xsd",
    WEB_LINK: f"{PLACE}ccv1p3_imswl_v1p3.xsd",
}


class Written(StrEnum):
    """Types of the resources we write."""

    PAGE = "webcontent"
    LINK = "imswl_xmlv1p3"
    ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
    BANK = "imsqti_xmlv1p2/imscc_xmlv1p3/question-bank"


class Profile(StrEnum):
    """Kinds of questions in the profile."""

    CHOICE = "cc.multiple_choice.v0p1"
    RESPONSES = "cc.multiple_response.v0p1"
    TRUE_FALSE = "cc.true_false.v0p1"
    FILL_IN = "cc.fib.v0p1"
    PATTERN = "cc.pattern_match.v0p1"
    ESSAY = "cc.essay.v0p1"


def sort_of(resource_type: str) -> str:
    """One word for a type of any version: page, link, assessment, bank, discussion, tool, assignment, attached, other."""
    name = resource_type.lower()
    if name == "webcontent":
        return "page"
    for sort, sign in (
        ("bank", "/question-bank"),
        ("assessment", "/assessment"),
        ("link", "imswl_"),
        ("discussion", "imsdt_"),
        ("tool", "imsbasiclti_"),
        ("tool", "imslti"),
        ("assignment", "assignment_xml"),
        ("attached", "associatedcontent/"),
    ):
        if sign in name:
            return sort
    return "other"
