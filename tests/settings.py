"""Settings for the tests: the product's own, with a database server and files nobody will miss."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("GENDAN_VAR", str(Path(__file__).resolve().parent.parent / "var" / "test"))
os.environ.setdefault("GENDAN_SECRET_KEY", "for tests only")

from gendan.config.settings import *  # noqa: F403
from gendan.config.settings import STORAGES

# Each process writes to a folder of its own; conftest removes it.
FILES_DIR = Path(tempfile.gettempdir()) / f"gendan-test-files-{os.getpid()}"
STORAGES = STORAGES | {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES_DIR), "base_url": None},
    },
    # Without collectstatic there is no manifest.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What tests expect of sentences is written in English; tests of Chinese pages ask for Chinese.
LANGUAGE_CODE = "en"
