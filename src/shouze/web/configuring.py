"""Django's settings, told from the installation's: one function, nothing read from anywhere else.

Strict by default: every script and style is a file of ours, every cookie stays on its host, nobody frames a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from shouze.registers.finding import folders
from shouze.registers.mailing import MailServer
from shouze.settings import DESK_DATABASE, PORTAL_HOST, Settings

SCHEMA = "desk"
SIGN_IN_HOURS = 10
OUTSIDE, USERS = "staff", "users"
"""The outside providers' names in addresses: that of staff, and that of users."""


@dataclass(frozen=True)
class Installed:
    """What wiring hands to Django: the folder, its settings, a secret of its own, whose pages these are."""

    home: Path
    settings: Settings
    secret: str = field(repr=False)
    face: str = "desk"
    https: bool = False
    apart: bool = False
    """Whether this process shows its one face alone."""


def configuration(installed: Installed) -> dict[str, Any]:
    """Return Django's settings."""
    return {
        "SECRET_KEY": installed.secret,
        "DEBUG": False,
        "ALLOWED_HOSTS": [
            "localhost",
            "127.0.0.1",
            "[::1]",
            ".localhost",
            *installed.settings.desk_host.split(),
            *installed.settings.portal_hosts,
        ],
        "INSTALLED_APPS": _apps(),
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": f"shouze.{installed.face}.urls",
        "PORTAL_HOSTS": [] if installed.apart and installed.face != "portal" else installed.settings.portal_hosts,
        "PORTAL_NAME": (installed.settings.portal_host.split() or [PORTAL_HOST])[0],
        "DATABASES": {"default": database_of(installed.home, installed.settings)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "TEMPLATES": [_TEMPLATES],
        **_reading(installed),
        **_signing_in(),
        **_mailing(installed.settings),
        **_outside(installed.settings),
        **_guarding(installed),
    }


MIDDLEWARE = [
    "shouze.web.faces.Faces",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shouze.web.problems.Problems",  # above allauth, which answers errors of its own first
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "shouze.web.reading.Reading",
]
_TEMPLATES: dict[str, Any] = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [Path(__file__).parent / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "shouze.web.layout.layout",
        ],
        "builtins": ["shouze.web.templatetags.words"],
    },
}


def _apps() -> list[str]:
    return [
        "shouze.association",
        "shouze.authority",
        "shouze.desk",
        "shouze.portal",
        "shouze.web",
        "shouze.registers",
        "shouze.registers.standings",
        *(f"shouze.registers.{folder}" for folder in folders()),
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.humanize",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
        "allauth.usersessions",
        "django_htmx",
    ]


def database_of(home: Path, settings: Settings) -> dict[str, Any]:
    """Return where Django keeps its tables in an installation."""
    if not settings.database:
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": settings.patience,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON",
        }
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / DESK_DATABASE), "OPTIONS": options}
    url = urlsplit(settings.database)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": {"options": f"-c search_path={SCHEMA}"},
    }


_SILENT: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["none"], "propagate": False, "level": "CRITICAL"}},
}
# Invariant: Django writes no log of its own: its lines quote requests and errors, which may hold what somebody wrote.
# What failed where is told by ``shouze.web.problems``.


def _reading(installed: Installed) -> dict[str, Any]:
    return {
        "LANGUAGE_CODE": "zh-hans" if installed.settings.language == "zh" else "en",
        "LANGUAGES": [("zh-hans", "简体中文"), ("en", "English")],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Shanghai",
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 3600,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 20_000,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "LOGGING": _SILENT,
    }


def _mailing(settings: Settings) -> dict[str, Any]:
    sender = settings.mail_from or "shouze@localhost"
    return {
        "EMAIL_BACKEND": "shouze.web.outbox.Outbox",
        "DEFAULT_FROM_EMAIL": sender,
        "MAIL_SERVER": MailServer(settings.smtp_url, sender) if settings.smtp_url else None,
    }


def _signing_in() -> dict[str, Any]:
    validators = "django.contrib.auth.password_validation"
    return {
        "AUTH_USER_MODEL": "people.Person",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{validators}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{validators}.UserAttributeSimilarityValidator"},
            {"NAME": f"{validators}.CommonPasswordValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "shouze.web.signing_in.Doorkeeper",
        "SOCIALACCOUNT_ONLY": False,
        "SOCIALACCOUNT_ADAPTER": "shouze.portal.outside.Doorkeeper",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_CHANGE_EMAIL": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_TOTP_ISSUER": "Shouze 守则",
    }


def _outside(settings: Settings) -> dict[str, Any]:
    """Return the outside providers of sign-ins: one vouches for work numbers, one for users; they make no person."""
    found = [
        {
            "provider_id": name, "name": told, "client_id": client, "secret": secret,
            "settings": {"server_url": url, "fetch_userinfo": True, "scope": ["openid", "profile", "email", *more]},
        }
        for name, url, told, client, secret, more in (
            (OUTSIDE, settings.oidc_url, settings.oidc_name, settings.oidc_client, settings.oidc_secret, ()),
            (USERS, settings.portal_oidc_url, settings.portal_oidc_name, settings.portal_oidc_client,
             settings.portal_oidc_secret, ("phone",)),
        )
        if url
    ]  # fmt: skip
    if not found:
        return {"SOCIALACCOUNT_PROVIDERS": {}}
    return {"SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": found}}}


def _guarding(installed: Installed) -> dict[str, Any]:
    own, told = ["'self'"], (installed.settings.oidc_url, installed.settings.portal_oidc_url)
    outside = [urlsplit(each) for each in told if each]
    # A form that begins the sign-in elsewhere is answered with a way there, which Chromium holds to form-action.
    leading = [*own, *(f"{each.scheme}://{each.netloc}" for each in outside)]
    return {
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": ["'none'"], "script-src": own, "style-src": own, "img-src": ["'self'", "data:"],
                "font-src": own, "connect-src": own, "form-action": leading, "base-uri": ["'none'"],
                "frame-ancestors": ["'none'"], "manifest-src": own,
            }
        },
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "SESSION_COOKIE_NAME": f"{installed.face}-session",
        "CSRF_COOKIE_NAME": f"{installed.face}-csrf",
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": SIGN_IN_HOURS * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_SECURE": installed.https,
        "CSRF_COOKIE_SECURE": installed.https,
        "CSRF_FAILURE_VIEW": "shouze.web.problems.stale",
        **_keeping(installed),
    }  # fmt: skip


def _keeping(installed: Installed) -> dict[str, Any]:
    """Return where sessions are kept: in rows; a portal of its own, whose role has no such rows, signs them instead."""
    alone = installed.face == "portal"
    return {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"} if alone else {}
