"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from shouze.desk import (
    beginning,
    bulk,
    calendar,
    consenting,
    counter,
    courses,
    declaring,
    duties,
    hearing,
    home,
    house_rules,
    incidents,
    letters,
    media,
    records,
    requesting,
    responsibilities,
    scanning,
    searching,
    selfinspecting,
    stocktaking,
    training,
)
from shouze.web import forgotten, outside, preferring, problems
from shouze.web.linking import LINK
from shouze.web.pages.urls import PAGES
from shouze.web.programs.urls import PROGRAMS

NOT_HERE = (
    r"^account/(?:(?:email|confirm-email|signup|social|login/code|reauthenticate/code)/.*|3rdparty/(?:signup/)?)$"
)
"""Pages of allauth's for what is not done here: people, with their address, are registered by others."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("begin", beginning.begin, name="begin"),
    path("search", searching.search, name="search"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/<str:feed>.ics", calendar.feed, name="feed"),
    path("language", preferring.language, name="language"),
    path("office", hearing.office, name="office"),
    re_path(NOT_HERE, problems.missing),
    path("account/password/reset/", forgotten.forgotten),
    path("account/", include(outside.PATHS)),
    path("account/", include("allauth.urls")),
    path("bulk/<str:number>/file", bulk.file, name="bulk-file"),
    path("bulk/<str:number>/certificate", bulk.certificate, name="bulk-certificate"),
    path("declarations/import", declaring.take_in, name="declaration-import"),
    path("declarations/<str:number>/edit", declaring.edit, name="declaration-edit"),
    path("declarations/<str:number>/check", declaring.check, name="declaration-check"),
    path("declarations/<str:number>/rules", declaring.rules, name="declaration-rules"),
    path("declarations/<str:number>/compare", declaring.compare, name="declaration-compare"),
    path("declarations/<str:number>/file", declaring.file, name="declaration-file"),
    path("consents/subject", consenting.subject, name="consents-subject"),
    path("consents/numbers", consenting.numbers, name="consents-numbers"),
    path("records/search", records.search, name="records-search"),
    path("records/export", records.export, name="records-export"),
    path("records/import", records.take_in, name="records-import"),
    path("counter", counter.counter, name="counter"),
    path("counter/<str:number>", counter.call, name="call"),
    path("duties", duties.wheel, name="duties"),
    path("duties.json", duties.as_json, name="duties-json"),
    path("duties/reports/<slug:name>.<slug:kind>", duties.report, name="house-report"),
    path("duties/<path:duty_id>", duties.duty, name="duty"),
    path("incidents/<str:number>/report", incidents.report, name="incident-report"),
    path("incidents/<str:number>/notice", incidents.notice, name="incident-notice"),
    path("letters/<str:number>", letters.letter, name="letter"),
    path("letters/<str:number>/<int:place>", letters.enclosure, name="letter-file"),
    path("complaints/<str:number>/receipt", letters.receipt_page, name="complaint-receipt"),
    *(
        path(
            f"{register}/<str:number>/{act}",
            letters.reply,
            {"register": register, "act": act, "kind": kind},
            name=f"{register.removesuffix('s')}-{act}",
        )
        for register in ("complaints", "requests")
        for act, kind in (("answer", "answer"), ("refuse", "refusal"))
    ),
    path("requests/<str:number>/door", requesting.at_door, name="request-door"),
    path("responsibilities", responsibilities.shown, name="responsibilities"),
    path("responsibilities.csv", responsibilities.file, name="responsibilities-file"),
    path("procedures/<str:number>/text", house_rules.text, name="procedure-text"),
    path("readings/<str:number>/text", house_rules.reading, name="reading"),
    path("readings/<str:number>/documents/<int:document_id>", house_rules.document, name="reading-document"),
    path("m/<slug:tag>", media.tagged, name="medium"),
    path("media/labels", media.labels, name="media-labels"),
    path("media/<str:number>/label", media.label, name="medium-label"),
    path("media/<str:number>/certificate", media.certificate, name="medium-certificate"),
    path("stocktakes/<str:number>/count", stocktaking.count, name="stocktaking"),
    path("courses/ready", courses.ready, name="courses-ready"),
    path("courses/<str:number>/preview", courses.preview, name="course-preview"),
    path("trainings/gaps", training.gaps, name="training-gaps"),
    path("trainings/<str:number>/learn", training.learn, name="training-take"),
    path("trainings/<str:number>/certificate", training.certificate, name="training-certificate"),
    path("selfinspections/years", selfinspecting.years, name="selfinspection-years"),
    path("selfinspections/<str:number>/draw", selfinspecting.draw, name="selfinspection-draw"),
    path("selfinspections/<str:number>/list", selfinspecting.checklist, name="selfinspection-list"),
    path("selfinspections/<str:number>/report", selfinspecting.report, name="selfinspection-report"),
    path("scans/import", scanning.take_in, name="scan-import"),
    path("link/", include(LINK)),
    path("r/", include(PAGES)),
    path("api/v1/", include(PROGRAMS)),
]

handler404 = "shouze.web.problems.missing"
handler403 = "shouze.web.problems.denied"
handler500 = "shouze.web.problems.broken"
