"""The WSGI application: ``fleuve.config.wsgi:application``."""

from __future__ import annotations

import os

from fleuve.config.home import Home

# The key and the folders exist before the settings are read, whichever server imports this file first.
Home.from_environment().prepare()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from fleuve.config.durability import log_durability  # noqa: E402
from fleuve.config.garbage import set_apart_what_lasts  # noqa: E402
from fleuve.config.lifeline import follow_parent  # noqa: E402

application = get_wsgi_application()
log_durability()
follow_parent()
set_apart_what_lasts()
