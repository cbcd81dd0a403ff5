"""A declaration file to break: correct as it stands, one field to a line."""

from __future__ import annotations

from shouze.rules.declaration import Declaration, DeclarationFile, check_file
from shouze.rules.document import Lines, read_document
from tests.rules.statute_files import statutes

TEXT = """\
format: shouze-declaration/1
operator:
  name: {zh: 某公司, en: A company}
  authority: {zh: 某省通信管理局, en: A communications administration}
  contact: {zh: 客服 10000, en: Call 10000}
  licence: B1-1
services:
  - service: messenger
    name: {zh: 通信, en: Messenger}
    channels:
      enquiry: {zh: 网站, en: The website}
      correction: {zh: 网站, en: The website}
    app_types: [instant-messaging]
    own_items:
      - id: badge
        name: {zh: 徽章, en: Badge}
        category: identity
        kind: identity
        grade: 2
        form: text
    recipients:
      - id: courier
        name: {zh: 快递, en: Courier}
        items:
          - phone
        ground: consent
    purposes:
      - id: serve
        name: {zh: 提供服务, en: To serve}
        means:
          - collect
          - read
        how: {zh: 自动, en: By machine}
        ground: consent
        retention:
          counted_from: service-end
          period: P6M
        recipients:
          - courier
        items:
          - item: phone
            need: necessary
            refusal: {zh: 无法使用, en: No service}
            because: {zh: 登录, en: To sign in}
          - item: badge
            need: optional
            refusal: {zh: 没有徽章, en: No badge}
      - id: register
        name: {zh: 实名登记, en: To register}
        means:
          - collect
        how: {zh: 人工, en: By hand}
        ground:
          instrument: anti-telecom-fraud-law
          article: "21"
        retention:
          counted_from: service-end
          period: P5Y
        items:
          - item: id-number
            need: necessary
            refusal: {zh: 无法入网, en: No service}
            because: {zh: 法律规定, en: The law}
"""


def read(text: str = TEXT) -> tuple[DeclarationFile, Lines]:
    """Return the declaration file and its lines, checked."""
    document, lines = read_document(text.encode(), DeclarationFile)
    check_file(document, lines, statutes())
    return document, lines


def declaration(*changes: tuple[str, str]) -> Declaration:
    """Return the one declaration of the text after some replacements, each of which must fit once."""
    return read(changed(*changes))[0].services[0]


def changed(*changes: tuple[str, str]) -> str:
    """Return the text after some replacements."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_of(text: str, words: str) -> int:
    """Return the line on which some words stand, counted from 1."""
    assert text.count(words) == 1, words
    return text[: text.index(words)].count("\n") + 1
