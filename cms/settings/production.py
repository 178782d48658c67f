"""A real installation: everything secret comes from the environment, everything is strict."""

from django.core.exceptions import ImproperlyConfigured

from cms.settings import reading as env
from cms.settings.base import *
from cms.settings.base import BASE_URL, CACHES, CELERY_BROKER_URL, DATABASES

DEBUG = False
SECRET_KEY = env.required("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured(
        "SECRET_KEY is too short or too even. Give 50 random characters or more."
    )
env.required("STOA_BASE_URL")
if not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("STOA_BASE_URL must start with https:// in production.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", BASE_URL.split("://")[1].split(":")[0])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if CELERY_BROKER_URL.startswith("memory") and DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured(
        "Set CELERY_BROKER_URL (redis:// or amqp://) when DATABASE_URL is PostgreSQL."
    )

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.switch("STOA_BEHIND_PROXY", True) else None
)
# How many proxies of ours stand in front; rate limits count the address before them.
STOA_CERTIFICATION_TRUSTED_PROXIES = env.number("STOA_TRUSTED_PROXIES", 1, low=0, high=9)
SECURE_HSTS_SECONDS = env.number("STOA_HSTS_SECONDS", 31_536_000, low=0, high=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
STOA_STAFF_NEED_SECOND_FACTOR = True

if env.text("CACHE_URL"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("CACHE_URL"),
    }
else:
    # Rate limits must hold over all web processes, so the cache is shared by default.
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "stoa_cache",
    }

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.switch("EMAIL_USE_TLS", True)

# Wagtail previews a page in a frame of its own site, so SAMEORIGIN instead of DENY; the CSP says the same.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
