"""A provider of OpenID Connect sign-ins that nobody here wrote (allauth's), as a program: PORT CALLBACK FOLDER.

It knows one person, S-0001 with a password, and one client, ``desk``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SECRET = "a-secret-between-desk-and-provider"
PASSWORD = "another-horse-42-battery"


class Threads(ThreadingMixIn, WSGIServer):
    """A server that answers several at once."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Writes no lines."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def configure(folder: Path) -> None:
    """Set Django up as a provider."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="provider", ALLOWED_HOSTS=["*"], ROOT_URLCONF="tests.desk.journeys.provider_urls",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                    "django.contrib.messages.middleware.MessageMiddleware",
                    "allauth.account.middleware.AccountMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                    "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                       "django.contrib.auth.context_processors.auth",
                                                       "django.contrib.messages.context_processors.messages"]}}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.db")}},
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_EMAIL_VERIFICATION="none", LOGIN_URL="account_login", SESSION_COOKIE_NAME="provider", USE_TZ=True,
        IDP_OIDC_PRIVATE_KEY=key.decode(), DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )  # fmt: skip


def main() -> None:
    """Make the tables, the person and the client, say that it is ready, and serve."""
    port, callback, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    configure(folder)
    import django

    django.setup()
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    User.objects.create_user("S-0001", password=PASSWORD, first_name="静", last_name="林")
    client = Client(id="desk", name="The desk", skip_consent=True)
    client.set_secret(SECRET)
    client.set_redirect_uris([callback])
    client.set_scopes(["openid", "profile", "email"])
    client.set_default_scopes(["openid"])
    client.set_response_types(["code"])
    client.set_grant_types(["authorization_code"])
    client.save()
    with make_server("127.0.0.1", port, get_wsgi_application(), Threads, Silent) as server:
        print("ready", flush=True)  # noqa: T201 - whoever started it waits for this line
        server.serve_forever()


if __name__ == "__main__":
    main()
