import assert from 'node:assert/strict'
import {createReadStream, existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {createInterface} from 'node:readline'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import zlib from 'node:zlib'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {baseUrl, readTransactions, token, useDataset} from './support.mjs'

const shared = process.env.EVENTSTORE_SHARED ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../shared')
const {client, dataset} = await useDataset('workload')

const samples = [
  {file: 'bcd.ndjson.zst', transactions: 250, documents: 25},
  {file: 'scoop-main.ndjson.zst', transactions: 1500, documents: 25},
]

for (const {file, transactions, documents} of samples) {
  const path = join(shared, 'workloads', file)
  const skip = existsSync(path)
    ? !zlib.createZstdDecompress && 'this Node.js does not read Zstandard'
    : 'the workloads are not at hand (../shared/workloads, or the folder EVENTSTORE_SHARED)'

  test(`the npm package rebuilds the most edited documents of ${file}`, {skip}, async () => {
    const {done} = await importLines(await firstLines(path, transactions))
    assert.equal(done.imported, transactions)
    const busiest = await mostEdited(documents)
    assert.ok((await assertHistoryRebuilds(client, busiest)) > 2 * documents)
    await client.datasets.delete(dataset)
    await client.datasets.create(dataset, {aclMode: 'private'})
  })
}

async function firstLines(path, count) {
  const source = createReadStream(path)
  const lines = []
  const text = source.pipe(zlib.createZstdDecompress())
  for await (const line of createInterface({input: text})) {
    if (lines.push(line) === count) {
      break
    }
  }

  source.destroy()
  text.destroy()
  return lines
}

async function importLines(lines) {
  const response = await fetch(`${baseUrl}/v1/data/import/${dataset}`, {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson'},
    body: zlib.gzipSync(lines.join('\n')),
  })
  const answer = (await response.text()).trimEnd().split('\n').at(-1)
  assert.equal(response.status, 200, answer)
  return JSON.parse(answer)
}

async function mostEdited(count) {
  const counts = new Map()
  for (const {documentIDs} of await readTransactions(client, {excludeMutations: true})) {
    for (const id of documentIDs) {
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }

  return [...counts.entries()]
    .sort(([, left], [, right]) => right - left)
    .slice(0, count)
    .map(([id]) => id)
}
