"""Settings that every way of running Stoa shares. The environment decides the rest; see README.md."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from cms.settings import reading as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("STOA_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

SITE_NAME = "Stoa"
BASE_URL = env.base_url("STOA_BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL

INSTALLED_APPS = [
    "cms",
    "certification",
    "courses.pages",
    "courses",
    "modules.pages",
    "modules",
    "content",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "cms.middleware.RefuseNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.middleware.NeutralAddresses",
    "cms.middleware.LearnerPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cms.middleware.StudioForStaff",
    "cms.middleware.StaffNeedSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

# Figures for Prometheus at /metrics. Off by default: they are nobody's business but the operator's.
STOA_METRICS = env.switch("STOA_METRICS")
if STOA_METRICS:
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "cms.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'stoa.db'}"))}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What is the same for every learner stays inside the process: it costs no query (modules/frames.py).
    "stoa_frames": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "stoa-frames",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # PDF and EPUB files of modules, by what is in them (modules/books/keeping.py). Safe to empty at any time.
    "stoa_files": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "files",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# People
AUTH_USER_MODEL = "stoa_cms.User"
AUTHENTICATION_BACKENDS = [
    "cms.backends.StaffModelBackend",
    "cms.backends.StaffAllauthBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/learn/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cms.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "cms.accounts.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "cms.accounts.display"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
STOA_STAFF_NEED_SECOND_FACTOR = False

# An OpenID Connect provider, when a city has one: three values and a name on the button.
SOCIALACCOUNT_PROVIDERS = {}
if env.text("STOA_OIDC_SERVER_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "city",
                "name": env.text("STOA_OIDC_NAME", "Your city"),
                "client_id": env.required("STOA_OIDC_CLIENT_ID"),
                "secret": env.required("STOA_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env.required("STOA_OIDC_SERVER_URL")},
            }
        ]
    }

# Languages of the interface and of what is taught. The first is the one that everything is written in.
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("es", "Español"),
]
# A page that is not translated is shown in its own language at the address of the reader's (cms/serving.py).
STOA_MODULES_SHOWS_SOURCE_PAGES = True
LOCALE_PATHS = [BASE_DIR / "cms" / "locale"]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": env.storage(env.text("STORAGE_URL", f"file://{MEDIA_ROOT}")),
    # What nobody may open by its address: artefacts of learners, uploaded packages.
    "private": env.storage(env.text("PRIVATE_STORAGE_URL", f"file://{VAR_DIR / 'private'}")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "vtt", "xlsx"]

# Security
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cms.views.errors.csrf_failure"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
    },
}
# Wagtail's own admin needs inline styles, and inline scripts in its templates; the studio alone gets them.
STOA_STUDIO_CSP = {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "media-src": [SELF, "blob:"],
}

# Background work: a row waits in a state, Celery carries its id (cms/decisions/0004).
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "memory://localhost/")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.05}
    if CELERY_BROKER_URL.startswith("memory")
    else {"visibility_timeout": 900}
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
STOA_EMBEDDED_WORKER = env.switch("STOA_EMBEDDED_WORKER")
STOA_SWEEP_SECONDS = env.number("STOA_SWEEP_SECONDS", 30, low=1, high=3600)

# Mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("STOA_MAIL_FROM", "Stoa <stoa@localhost>")
EMAIL_SUBJECT_PREFIX = ""

# Certification
STOA_CERTIFICATION_KEY_DIR = Path(env.text("STOA_KEY_DIR", str(VAR_DIR / "keys")))
STOA_CERTIFICATION_ISSUER_NAME = env.text("STOA_ISSUER_NAME", "Stoa demonstration school")
STOA_CERTIFICATION_FONTS_DIR = STOA_MODULES_FONTS_DIR = BASE_DIR / "node_modules"
# The licence of the teaching text, named on the title pages of its PDF and EPUB files.
STOA_MODULES_LICENCE = env.text("STOA_LICENCE", "")

# Wagtail
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAILADMIN_LOGIN_URL = "/account/login/"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.reviewing.publish_approved"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("STOA_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.security.DisallowedHost": {"level": "ERROR"},
        # One line for each page that is saved or indexed says nothing to an operator.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
    },
}
