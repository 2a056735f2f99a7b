// The recorded histories in ../shared/workloads (or the folder EVENTSTORE_SHARED); tests skip without them.
import assert from 'node:assert/strict'
import {createReadStream, existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import zlib from 'node:zlib'
import {baseUrl, token} from './support.mjs'

const shared = process.env.EVENTSTORE_SHARED ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared')

/** Where a file of the workloads is, and why tests of it are skipped, if they are. */
export function findWorkload(file) {
  const path = join(shared, 'workloads', file)
  if (!existsSync(path)) {
    return {path, skip: 'the workloads are not at hand (../shared/workloads, or the folder EVENTSTORE_SHARED)'}
  }
  const unreadable = file.endsWith('.zst') && !zlib.createZstdDecompress
  return {path, skip: unreadable && 'this Node.js does not read Zstandard'}
}

/** The lines of a compressed workload, as a stream of text. */
export function openLines(path) {
  return createReadStream(path).pipe(zlib.createZstdDecompress())
}

export async function firstLines(path, count) {
  const text = openLines(path)
  const lines = []
  for await (const line of createInterface({input: text})) {
    if (lines.push(line) === count) {
      break
    }
  }
  text.destroy()
  return lines
}

/** Imports transactions, a text or a stream of lines; returns the last line of the answer. */
export async function importTransactions(dataset, body) {
  const response = await fetch(`${baseUrl}/v1/data/import/${dataset}`, {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson'},
    body,
    duplex: 'half',
  })
  const answer = (await response.text()).trimEnd().split('\n').at(-1)
  assert.equal(response.status, 200, answer)
  const last = JSON.parse(answer)
  assert.ok(last.done, answer)
  return last
}
