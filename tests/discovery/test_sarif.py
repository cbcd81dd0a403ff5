"""Findings as SARIF."""

from __future__ import annotations

import json

from shouze.discovery.carried import detectors
from shouze.discovery.sarif import sarif
from tests.discovery.looking import found_in


def test_a_result_stands_at_its_line_and_columns() -> None:
    text = "甲乙 手机 13812345678\n"
    document = sarif(found_in(text, "a b.log"), detectors(), "en", "1.0.0")
    run = document["runs"][0]
    (result,) = run["results"]
    location = result["locations"][0]["physicalLocation"]
    assert document["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "mobile"
    assert location["artifactLocation"]["uri"] == "a%20b.log"
    assert location["region"] == {"startLine": 1, "startColumn": 7, "endColumn": 18}
    assert "13812345678" not in json.dumps(document)


def test_a_column_has_no_region() -> None:
    document = sarif(found_in("sjhm,x\n" + "13812345678,1\n" * 5, "t.csv"), detectors(), "zh", "1.0.0")
    location = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location == {"artifactLocation": {"uri": "t.csv.sjhm"}}
