"""The WSGI entry point: `granian --interface wsgi wsgi:app` and `flask --app wsgi`."""

import sys

from app import create_app
from app.core import quick
from app.core.commands import status_of_failure
from app.core.config import CannotStart

try:
    app = create_app()
except CannotStart as error:
    sys.stderr.write(f"ieum: {error}\n")
    sys.exit(status_of_failure(sys.argv))

quick.init_served(app)
