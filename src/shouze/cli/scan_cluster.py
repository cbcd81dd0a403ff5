"""``shouze scan --engine spark``: reads where the cluster is and how it is to be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shouze.discovery.installed import extra
from shouze.discovery.spark import Cluster
from shouze.errors import InvalidError
from shouze.language import Text

_EXAMPLE = "spark://host:7077"


def cluster_of(said: Mapping[str, Any]) -> Cluster | None:
    """Return the cluster that the options name, None for this machine; InvalidError for what does not go together."""
    if said["engine"] != "spark":
        _refuse_without_spark(said)
        return None
    for library in ("pyspark.sql", "pandas"):
        extra(library, "spark")
    if not said["master"]:
        words = Text("没有写 Spark 主节点", "Spark's master is not named")
        remedy = Text(f"例如 --master {_EXAMPLE}", f"Write for example --master {_EXAMPLE}")
        raise InvalidError(words, field="--master", remedy=remedy)
    if said["follow"]:
        words = Text("日志只在本机跟随", "Logs are followed on this machine alone")
        raise InvalidError(words, field="--follow", remedy=Text("去掉 --engine spark", "Leave out --engine spark"))
    return Cluster(said["master"], said["archives"], dict(map(_setting, said["conf"])))


def _refuse_without_spark(said: Mapping[str, Any]) -> None:
    for name in ("master", "archives", "conf"):
        if said[name]:
            words = Text("只用于 Spark", "It is for Spark alone")
            raise InvalidError(words, field=f"--{name}", remedy=Text("加上 --engine spark", "Add --engine spark"))


def _setting(said: str) -> tuple[str, str]:
    name, sign, value = said.partition("=")
    if not sign or not name.startswith("spark."):
        words = Text("不是 Spark 设置", "It is no setting of Spark's")
        remedy = Text("例如 spark.executor.memory=4g", "Write for example spark.executor.memory=4g")
        raise InvalidError(words, field="--conf", remedy=remedy)
    return name, value
