// Applies patches with both patchers of the npm package `mendoza` and compares with what they should give.
// Reads NDJSON from a file or standard input, one {"left","right","apply","revert"} a line; prints every difference and a
// summary, and exits with 1 when there was any. Usage: node check-patches.mjs [FILE]
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { applyPatch, incremental } from 'mendoza';

const shown = 20;
let lines = 0;
let failures = 0;

function fail(line, what, detail) {
  failures += 1;
  if (failures <= shown) {
    console.log(`line ${line}: ${what}: ${detail.slice(0, 500)}`);
  }
}

function check(line, what, expected, apply) {
  let actual;
  try {
    actual = apply();
  } catch (error) {
    fail(line, what, String(error));
    return;
  }
  if (!isDeepStrictEqual(actual, expected)) {
    fail(line, what, JSON.stringify(actual) ?? 'undefined');
  }
}

function checkLine(line, text) {
  // Parsed afresh for each use, so that a patcher that changes its input is seen.
  const parse = () => JSON.parse(text);
  const { left, right } = parse();
  check(line, 'simple apply', right, () => applyPatch(parse().left, parse().apply));
  check(line, 'simple revert', left, () => applyPatch(parse().right, parse().revert));
  let before;
  let after;
  check(line, 'incremental apply', right, () => {
    before = incremental.wrap(parse().left, 'a');
    after = incremental.applyPatch(before, parse().apply, 'b');
    return incremental.unwrap(after);
  });
  check(line, 'incremental apply then revert', left, () =>
    incremental.unwrap(incremental.applyPatch(after, parse().revert, 'c')));
  check(line, 'incremental left unchanged', left, () => incremental.unwrap(before));
  check(line, 'incremental right unchanged', right, () => incremental.unwrap(after));
  check(line, 'incremental revert', left, () =>
    incremental.unwrap(incremental.applyPatch(incremental.wrap(parse().right, 'a'), parse().revert, 'b')));
}

const input = process.argv[2] ? createReadStream(process.argv[2]) : process.stdin;
for await (const text of createInterface({ input, crlfDelay: Infinity })) {
  if (text.length > 0) {
    lines += 1;
    checkLine(lines, text);
  }
}
console.log(`${lines} pairs, ${failures} failures`);
process.exitCode = failures === 0 && lines > 0 ? 0 : 1;
