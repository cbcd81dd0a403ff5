"""What stands in an export's README, in both languages: what it holds, and how it is verified."""

README = """# 操作日志导出 · An export of the handling log

日志 log: {origin}
检查点大小 size of its checkpoint: {size}
记录 records: {records}

## 核验

只需 Python 3.11 或更高版本。日志公钥（以及见证人公钥）须由导出以外的途径取得并核对，例如当面抄录或从主管部门取得：
导出自带的公钥只能证明其前后一致。若不信任交付者，`shouze-verify` 也应另行取得。

```sh
python3 -m venv verifying
{install}
verifying/bin/pip install --no-index --no-deps verify/{wheel}
verifying/bin/shouze-verify export . --vkey 日志公钥 --witness 见证人公钥
```

退出码 0：全部无误。1：有不符之处。2：命令有误。

- `manifest.json`：导出声明包含的内容：条件、条数、开启的字段。
- `records.jsonl`：每行一条记录、其在日志中的序号、所开启的私密字段的披露串（SD-JWT，RFC 9901）。
- `proofs/`：每条记录的证明（C2SP tlog-proof）。
- `log/`：已签名的检查点、切片{entries_zh}（C2SP tlog-tiles）。
- 没有条目时，仅凭导出无法判断是否遗漏记录；记录是否属实，日志本身也无法证明。

## How to verify it

Python 3.11 or newer is all that is needed. Get the log's public key (and the witness's) by another way than this
export, and compare it: a key that comes with an export shows only that the export agrees with itself. Whoever does not
trust the one who handed it over gets `shouze-verify` elsewhere too.

```sh
python3 -m venv verifying
{install}
verifying/bin/pip install --no-index --no-deps verify/{wheel}
verifying/bin/shouze-verify export . --vkey KEY --witness KEY --lang en
```

Exit code 0: all holds. 1: something does not. 2: it could not be asked so.

- `manifest.json`: what the export claims to hold: what was asked, how many records, which fields are opened.
- `records.jsonl`: a record a line, its place in the log, disclosures of the private fields opened (SD-JWT, RFC 9901).
- `proofs/`: the proof of each record (C2SP tlog-proof).
- `log/`: the signed checkpoint, tiles{entries_en} (C2SP tlog-tiles).
- Without entries nobody can tell from the export alone that no record is missing; that a record is true no log shows.
"""
ONLINE = "verifying/bin/pip install --require-hashes -r verify/requirements.txt"
OFFLINE = "verifying/bin/pip install --no-index --find-links verify/wheels --require-hashes -r verify/requirements.txt"
