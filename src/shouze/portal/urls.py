"""The addresses of the portal; no address holds an identifier, a value or a sign-in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from shouze.portal import (
    api,
    api_document,
    api_leaving,
    complaining,
    consenting,
    correcting,
    downloading,
    handing_over,
    held,
    leaving,
    log,
    parted,
    rules,
    signing_in,
    used,
)
from shouze.web import outside, preferring

urlpatterns: list[URLPattern | URLResolver] = [
    path("", rules.home, name="home"),
    path("language", preferring.language, name="language"),
    path("rules/<slug:service>", rules.rules, name="rules"),
    path("rules/<slug:service>/lists", rules.lists, name="lists"),
    path("rules/<slug:service>/<int:version>", rules.rules, name="rules-version"),
    path("rules/<slug:service>/<int:version>.json", rules.file, name="rules-file"),
    path("log", log.log, name="log"),
    path(".well-known/jwks.json", log.keys, name="keys"),
    path("sign-in", signing_in.sign_in, name="sign-in"),
    path("sign-in/code", signing_in.code, name="sign-in-code"),
    path("account/", include(outside.PATHS)),
    path("hand-over", handing_over.arrive, name="hand-over"),
    path("hand-over/continue", handing_over.go_on, name="hand-over-continue"),
    path("api/sign-in", api.sign_in, name="api-sign-in"),
    path("api/held", api.held, name="api-held"),
    path("api/records", api.records, name="api-records"),
    path("api/records/<int:index>/proof", api.proof, name="api-proof"),
    path("api/consents", api.consents, name="api-consents"),
    path("api/consents/<slug:service>/<slug:purpose>", api.consent, name="api-consent"),
    path("api/receipts/<slug:service>/<slug:purpose>", api.receipt, name="api-receipt"),
    path("api/services", api_leaving.services, name="api-services"),
    path("api/services/<slug:service>/leave", api_leaving.leave, name="api-leave"),
    path("api/services/<slug:service>/link", api_leaving.link, name="api-link"),
    path("api/erasure", api_leaving.erasure, name="api-erasure"),
    path("api/erasure/undo", api_leaving.undo, name="api-erasure-undo"),
    path("api/erasure/certificate", api_leaving.certificate, name="api-certificate"),
    path("api/openapi.json", api_document.openapi, name="api-openapi"),
    path("sign-out", signing_in.sign_out, name="sign-out"),
    path("me", held.me, name="me"),
    path("held", held.held, name="held"),
    path("held/download", downloading.download, name="download"),
    path("held/<slug:item>/correct", correcting.correct, name="correct"),
    path("used", used.used, name="used"),
    path("used/<int:index>/proof", used.proof, name="proof"),
    path("consents", consenting.consents, name="consents"),
    path("consents/<slug:service>/<slug:purpose>/agree", consenting.agree, name="agree"),
    path("consents/<slug:service>/<slug:purpose>/withdraw", consenting.withdraw, name="withdraw"),
    path("consents/<slug:service>/<slug:purpose>/guardian", consenting.guardian, name="guardian"),
    path("consents/<slug:service>/<slug:purpose>/receipt", consenting.receipt, name="receipt"),
    path("complaints", complaining.complaints, name="complaints"),
    path("complaints/new", complaining.complain, name="complain"),
    path("complaints/<str:number>", complaining.complaint, name="complaint"),
    path("complaints/<str:number>/withdraw", complaining.go_on, {"act": "withdraw"}, name="complaint-withdraw"),
    path("complaints/<str:number>/reopen", complaining.go_on, {"act": "reopen"}, name="complaint-reopen"),
    path("services", leaving.listed, name="services"),
    path("services/<slug:service>/leave", leaving.leave, name="leave"),
    path("services/<slug:service>/undo", leaving.undo, name="undo"),
    path("services/<slug:service>/link", leaving.link, name="link"),
    path("erasure", parted.erasure, name="erasure"),
    path("erasure/undo", parted.undo, name="erasure-undo"),
    path("erasure/certificate", parted.certificate, name="certificate"),
]

handler404 = "shouze.web.problems.missing"
handler403 = "shouze.web.problems.denied"
handler500 = "shouze.web.problems.broken"
