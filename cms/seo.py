"""What search engines are told about a course, in schema.org's words (https://schema.org/Course)."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from courses.models import CertificateKind, Course

LEVELS = {1: "Beginner", 2: "Intermediate", 3: "Advanced"}


def course_markup(course: Course, *, address: str, language: str) -> dict[str, Any]:
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": course.title,
        "description": course.summary,
        "url": address,
        "inLanguage": language,
        "isAccessibleForFree": True,
        "provider": {
            "@type": "Organization",
            "name": settings.STOA_CERTIFICATION_ISSUER_NAME,
            "url": settings.BASE_URL,
        },
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR"},
    }
    if course.code:
        about["courseCode"] = course.code
    if course.level in LEVELS:
        about["educationalLevel"] = LEVELS[course.level]
    if course.audience:
        about["audience"] = {"@type": "EducationalAudience", "audienceType": course.audience}
    if course.is_planned:
        return about
    about["hasCourseInstance"] = {
        "@type": "CourseInstance",
        "courseMode": "Online",
        "courseWorkload": f"PT{float(course.hours) * 60:.0f}M",
    }
    if course.certificate_kind != CertificateKind.NONE:
        about["educationalCredentialAwarded"] = course.certificate_title or course.title
    return about


def as_json(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308 - escaped just here
