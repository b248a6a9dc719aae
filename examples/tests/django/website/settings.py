"""Settings of the website; libpq's variables (PGHOST, PGUSER …) say the rest of where its database is."""

import os

SECRET_KEY = "not for production"
INSTALLED_APPS = ["notes"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE", "website")},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
