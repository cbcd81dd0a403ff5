// Verifies a proof (C2SP tlog-proof) with nothing but this browser: RFC 6962, SHA-256, Ed25519 (docs/spec/log.md).
const zh = document.documentElement.lang.startsWith("zh");
const say = (chinese, english) => (zh ? chinese : english);
const text = new TextEncoder();
const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

class Broken extends Error {}

export function base64(given) {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(given)) throw new Broken(say("编码有误", "its encoding is broken"));
  return Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0));
}

const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
export const leafHash = (entry) => sha256(joined(new Uint8Array([0]), entry));
const nodeHash = (left, right) => sha256(joined(new Uint8Array([1]), left, right));

// RFC 9162, 2.1.3.2: from leaf and siblings to the root of a tree of this size. BigInt, since sizes pass 32 bits.
export async function rootFrom(index, size, leaf, siblings) {
  let place = BigInt(index), last = BigInt(size) - 1n, hash = leaf;
  if (place > last) throw new Broken(say("序号超出检查点", "its index is beyond the checkpoint"));
  for (const sibling of siblings) {
    if (last === 0n) throw new Broken(say("证明过长", "the proof is too long"));
    if (place & 1n || place === last) {
      hash = await nodeHash(sibling, hash);
      while (!(place & 1n) && place !== 0n) { place >>= 1n; last >>= 1n; }
    } else hash = await nodeHash(hash, sibling);
    place >>= 1n; last >>= 1n;
  }
  if (last !== 0n) throw new Broken(say("证明过短", "the proof is too short"));
  return hash;
}

export function read(raw) {
  const cut = raw.indexOf("\n\n"), lines = raw.slice(0, cut).split("\n");
  if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Broken(say("不是证明文件", "it is no proof file"));
  const entry = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6)) : null;
  const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "");
  if (!index || !entry) throw new Broken(say("文件中没有记录", "there is no record in it"));
  const note = raw.slice(cut + 2), end = note.lastIndexOf("\n\n");
  const body = note.slice(0, end + 1), [origin, size, root] = body.split("\n");
  if (end < 0 || !/^[0-9]+$/.test(size)) throw new Broken(say("检查点有误", "its checkpoint is broken"));
  const signatures = note.slice(end + 2).split("\n").filter(Boolean).map((line) => {
    const found = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
    if (!found) throw new Broken(say("签名行有误", "a signature line is broken"));
    return { name: found[1], bytes: base64(found[2]) };
  });
  return { entry, index: index[1], siblings: lines.map(base64), body, origin, size, root: base64(root), signatures };
}

async function keyOf(vkey) {
  const [name, , ...encoded] = vkey.split("+"), raw = base64(encoded.join("+"));
  const id = (await sha256(joined(text.encode(name + "\n"), raw))).slice(0, 4);
  return { name, id, type: raw[0], raw: raw.slice(1) };
}

// Returns "signed", "unknown" (no key of ours signed it), "forged", or "unable" where the browser has no Ed25519.
export async function signedBy(proof, vkeys) {
  for (const vkey of vkeys) {
    const key = await keyOf(vkey);
    for (const each of proof.signatures.filter((one) => one.name === key.name && same(one.bytes.slice(0, 4), key.id))) {
      let imported;
      try { imported = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]); }
      catch { return "unable"; }
      const fits = await crypto.subtle.verify({ name: "Ed25519" }, imported, each.bytes.slice(4), text.encode(proof.body));
      return fits ? "signed" : "forged";
    }
  }
  return "unknown";
}

function line(good, words) {
  const item = document.createElement("li"), state = document.createElement("span");
  state.className = `state ${good === null ? "waiting" : good ? "good" : "bad"}`;
  state.textContent = good === null ? say("未能核验", "Not checked") : good ? say("正确", "Right") : say("不正确", "Wrong");
  item.append(state, ` ${words}`);
  return item;
}

async function verify(raw, vkeys, place) {
  const steps = document.createElement("ul"), proof = read(raw);
  steps.className = "steps";
  const included = same(await rootFrom(proof.index, proof.size, await leafHash(proof.entry), proof.siblings), proof.root);
  steps.append(line(included, say(`第 ${proof.index} 条记录在含 ${proof.size} 条记录的日志中`,
    `Record ${proof.index} is in the log of ${proof.size} records`)));
  const signed = await signedBy(proof, vkeys);
  steps.append(line({ signed: true, unable: null }[signed] ?? false, {
    signed: say(`检查点由 ${proof.origin} 签名`, `The checkpoint is signed by ${proof.origin}`),
    unable: say("此浏览器不支持 Ed25519，签名未核验；请用 shouze-verify", "This browser has no Ed25519: use shouze-verify for the signature"),
    unknown: say("不是由这里的日志签名", "It is not signed by a log of this place"),
    forged: say("签名是伪造的", "The signature is forged"),
  }[signed]));
  const record = document.createElement("pre");
  record.className = "wide";
  record.textContent = JSON.stringify(JSON.parse(new TextDecoder().decode(proof.entry)), null, 1);
  const verdict = document.createElement("p"), whole = included && signed === "signed";
  verdict.className = `note ${whole ? "good" : included && signed === "unable" ? "waiting" : "bad"}`;
  verdict.dataset.verdict = whole ? "verified" : included && signed === "unable" ? "partly" : "refused";
  verdict.textContent = whole ? say("核验通过：这条记录未被改动。", "Verified: this record is as it was written.")
    : included && signed === "unable" ? say("记录在检查点之内，签名未核验。", "It is in the checkpoint; the signature was not checked.")
    : say("核验未通过。", "It does not verify.");
  place.replaceChildren(verdict, steps, ...(included ? [record] : []));
}

const input = document.getElementById("proof"), verdict = document.getElementById("verdict");
if (input && verdict) {
  const vkeys = JSON.parse(document.getElementById("vkeys").textContent);
  const take = async (file) => {
    try { await verify(await file.text(), vkeys, verdict); }
    catch (problem) {
      const told = document.createElement("p");
      told.className = "note bad"; told.dataset.verdict = "refused";
      told.textContent = say("核验未通过：", "It does not verify: ") + (problem instanceof Broken ? problem.message : say("文件无法读取", "the file cannot be read"));
      verdict.replaceChildren(told);
    }
  };
  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  const box = document.getElementById("verify");
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]); });
}
