"""Is this installation able to sign, and to print what it signed? Asked at start, not when a learner waits."""

from django.core.checks import CheckMessage, Error, Warning, register

from certification import conf, keyring
from certification.signing.did import did_from_url
from certification.signing.errors import KeyMissing
from content.fonts import FontsMissing, find_fonts


@register("stoa_certification")
def check_key(app_configs, **kwargs) -> list[CheckMessage]:
    try:
        keyring.current_key()
        keyring.published_keys()
    except KeyMissing as problem:
        return [
            Warning(
                f"Certificates cannot be signed: {problem}",
                hint="Run `manage.py make_signing_key`, or set STOA_CERTIFICATION_KEY_DIR to the folder of the key.",
                id="stoa_certification.W001",
            )
        ]
    return []


@register("stoa_certification")
def check_fonts(app_configs, **kwargs) -> list[CheckMessage]:
    try:
        find_fonts(conf.fonts_dir())
    except FontsMissing as problem:
        return [
            Warning(
                str(problem),
                hint="Run `make install`, or set STOA_CERTIFICATION_FONTS_DIR.",
                id="stoa_certification.W002",
            )
        ]
    return []


@register("stoa_certification")
def check_address(app_configs, **kwargs) -> list[CheckMessage]:
    try:
        did_from_url(conf.base_url())
    except ValueError as problem:
        return [
            Error(
                f"The issuer has no name: {problem}",
                hint="Set STOA_CERTIFICATION_BASE_URL to the address of the site.",
                id="stoa_certification.E001",
            )
        ]
    return []
