// Checks one proof with sigstore's own code: node inclusion.cjs < proof.json
// {"checkpoint": text, "name": origin, "key": base64 of SPKI, "id": base64 key id, "index": n, "hashes": [base64], "entry": base64}
const { createPublicKey } = require('node:crypto');
const path = require('node:path');
const { readFileSync } = require('node:fs');

const tlog = path.join(process.env.VERIFIERS, 'node_modules/@sigstore/verify/dist/tlog');
const { verifyCheckpoint } = require(path.join(tlog, 'checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(tlog, 'merkle.js'));

const bytes = (text) => Buffer.from(text, 'base64');
const proof = JSON.parse(readFileSync(0, 'utf8'));
const publicKey = createPublicKey({ key: bytes(proof.key), format: 'der', type: 'spki' });
const entry = {
  canonicalizedBody: bytes(proof.entry),
  inclusionProof: {
    checkpoint: { envelope: proof.checkpoint },
    logIndex: String(proof.index),
    hashes: proof.hashes.map(bytes),
  },
};
const checkpoint = verifyCheckpoint(entry, [{ logID: bytes(proof.id), baseURL: proof.name, publicKey }]);
verifyMerkleInclusion(entry, checkpoint);
console.log(`ok ${checkpoint.logSize}`);
