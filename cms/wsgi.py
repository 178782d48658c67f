"""The web process. With STOA_EMBEDDED_WORKER=1 it carries a Celery worker and the sweep in threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")
application = get_wsgi_application()

from cms.celery import start_embedded_worker  # noqa: E402

start_embedded_worker()
