// A third opinion: checks heads and inclusion with @sigstore/verify, and every tile with its hashes.
//
// Reads one question a line, its words divided by tabs, and answers each with a line that begins
// "ok" or "refused":
//
//   log   FOLDER VKEY
//   proof FILE ENTRY VKEY
"use strict";

const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { crypto } = require("@sigstore/core");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle");

const WIDTH = 256;
const HASH = 32;
const ED25519 = Buffer.from("302a300506032b6570032100", "hex"); // what stands before a key in SPKI

function head(envelope, vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const key = Buffer.from(rest.join("+"), "base64").subarray(1);
  const log = {
    baseURL: name,
    logID: Buffer.from(id, "hex"),
    publicKey: crypto.createPublicKey(Buffer.concat([ED25519, key])),
  };
  const found = verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [log]);
  if (found.origin !== name) throw new Error("a checkpoint of another log");
  return found;
}

function included(index, size, root, hashes, entry) {
  verifyMerkleInclusion(
    { inclusionProof: { logIndex: String(index), hashes }, canonicalizedBody: entry },
    { logSize: size, logHash: root },
  );
}

function proof(file, entryFile, vkey) {
  const raw = fs.readFileSync(file, "utf8");
  const split = raw.indexOf("\n\n");
  const [first, index, ...hashes] = raw.slice(0, split).split("\n");
  if (first !== "c2sp.org/tlog-proof@v1" || !/^index (0|[1-9][0-9]*)$/.test(index)) {
    throw new Error("not a proof");
  }
  const { logSize, logHash } = head(raw.slice(split + 2), vkey);
  const path = hashes.map((hash) => Buffer.from(hash, "base64"));
  included(index.slice(6), logSize, logHash, path, fs.readFileSync(entryFile));
  return "";
}

// --- a whole log

const node = (left, right) => crypto.digest("sha256", Buffer.from([1]), left, right);
const leaf = (entry) => crypto.digest("sha256", Buffer.from([0]), entry);

function log(folder, vkey) {
  const { logSize, logHash } = head(fs.readFileSync(path.join(folder, "checkpoint"), "utf8"), vkey);
  const size = Number(logSize);
  const entries = bundles(folder, size);
  const rows = [entries.map(leaf)];
  while (rows.at(-1).length > 1) rows.push(above(rows.at(-1)));
  const root = rows.at(-1)[0] ?? crypto.digest("sha256", Buffer.alloc(0));
  if (!crypto.bufferEqual(root, logHash)) throw new Error("the entries do not make the signed root");
  for (let index = 0; index < size; index += 997) {
    included(index, logSize, logHash, beside(rows, index), entries[index]);
  }
  return `${size} entries, ${tiles(folder, rows, size)} tiles`;
}

// Pairs, and an odd last one taken up as it is.
function above(row) {
  const found = [];
  for (let at = 0; at < row.length; at += 2) {
    found.push(at + 1 < row.length ? node(row[at], row[at + 1]) : row[at]);
  }
  return found;
}

function beside(rows, index) {
  const found = [];
  for (const row of rows) {
    if ((index ^ 1) < row.length) found.push(row[index ^ 1]);
    index >>= 1;
  }
  return found;
}

function bundles(folder, size) {
  const found = [];
  for (let number = 0; number * WIDTH < size; number += 1) {
    const width = Math.min(WIDTH, size - number * WIDTH);
    const raw = fs.readFileSync(path.join(folder, "tile/entries", name(number, width)));
    let at = 0;
    while (at < raw.length) {
      const end = at + 2 + raw.readUInt16BE(at);
      if (end > raw.length) throw new Error("a bundle ends within an entry");
      found.push(raw.subarray(at + 2, end));
      at = end;
    }
    if (found.length !== number * WIDTH + width) throw new Error("a bundle of another width");
  }
  return found;
}

function tiles(folder, rows, size) {
  let count = 0;
  for (let level = 0; size >= WIDTH ** level; level += 1) {
    const hashes = Math.floor(size / WIDTH ** level);
    for (let number = 0; number * WIDTH < hashes; number += 1) {
      const width = Math.min(WIDTH, hashes - number * WIDTH);
      const file = path.join(folder, "tile", String(level), name(number, width));
      const expected = rows[level * 8].slice(number * WIDTH, number * WIDTH + width);
      if (!crypto.bufferEqual(fs.readFileSync(file), Buffer.concat(expected))) {
        throw new Error(`${file} is not the tile of these entries`);
      }
      count += 1;
    }
  }
  return count;
}

function name(number, width) {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g);
  const last = groups.pop();
  const full = [...groups.map((group) => `x${group}`), last].join("/");
  return width === WIDTH ? full : `${full}.p/${width}`;
}

// --- questions and answers

const KNOWN = { log, proof };

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, ...words] = line.split("\t");
  try {
    console.log(`ok ${KNOWN[what](...words)}`);
  } catch (error) {
    console.log(`refused ${String(error.message).replaceAll("\n", " ")}`);
  }
});
