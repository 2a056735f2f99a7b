import assert from 'node:assert/strict'
import {test} from 'node:test'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {readTransactions, useDataset} from './support.mjs'
import {findWorkload, firstLines, importTransactions} from './workloads.mjs'

const {client, dataset} = await useDataset('workload')

const samples = [
  {file: 'bcd.ndjson.zst', transactions: 250, documents: 25},
  {file: 'scoop-main.ndjson.zst', transactions: 1500, documents: 25},
]

for (const {file, transactions, documents} of samples) {
  const {path, skip} = findWorkload(file)

  test(`the npm package rebuilds the most edited documents of ${file}`, {skip}, async () => {
    const lines = await firstLines(path, transactions)
    const {done} = await importTransactions(dataset, lines.join('\n'))
    assert.equal(done.imported, transactions)
    const busiest = await mostEdited(documents)
    assert.ok((await assertHistoryRebuilds(client, busiest)) > 2 * documents)
    await client.datasets.delete(dataset)
    await client.datasets.create(dataset, {aclMode: 'private'})
  })
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
