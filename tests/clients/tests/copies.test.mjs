import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {createCli} from '../cli.mjs'
import {baseUrl, createTestClient, project, readTransactions, token, useDataset} from './support.mjs'

const cli = await createCli({baseUrl, token, project})
const {client, dataset} = await useDataset('copied')
const suffix = `${process.pid}-${Date.now().toString(36)}`
const copies = []

after(cli.remove)
after(() => Promise.all(copies.map((name) => client.datasets.delete(name))))

/** A name for a copy, which is deleted at the end. */
function nameOfCopy(kind) {
  const name = `${kind}-${suffix}`
  copies.push(name)
  return name
}

for (let n = 0; n < 50; n++) {
  await client.createOrReplace({_id: `thing-${n % 10}`, _type: 'thing', n})
}
await client.delete('thing-3')

test('datasets copy shows progress and makes the same history', async () => {
  const name = nameOfCopy('history')
  const output = await cli.run('datasets', 'copy', dataset, name)
  assert.match(output, /^Job [A-Za-z0-9]{26} started$/m)
  assert.match(output, /^Job [A-Za-z0-9]{26} completed$/m)
  const copy = createTestClient(name)
  assert.deepEqual(
    await readTransactions(copy, {effectFormat: 'mendoza'}),
    await readTransactions(client, {effectFormat: 'mendoza'}),
  )
  assert.deepEqual(await copy.getDocument('thing-7'), await client.getDocument('thing-7'))
})

test('datasets copy --skip-history copies the documents alone', async () => {
  const name = nameOfCopy('documents')
  await cli.run('datasets', 'copy', dataset, name, '--skip-history')
  const copy = createTestClient(name)
  assert.equal((await readTransactions(copy)).length, 1)
  const [{_rev: ours, ...copied}, {_rev: theirs, ...original}] = await Promise.all([
    copy.getDocument('thing-7'),
    client.getDocument('thing-7'),
  ])
  assert.deepEqual(copied, original)
  assert.notEqual(ours, theirs)
  assert.equal((await copy.getDocument('thing-3')) ?? null, null)
})

test('datasets copy --detach, --attach and --list find the job again', async () => {
  const name = nameOfCopy('detached')
  const output = await cli.run('datasets', 'copy', dataset, name, '--detach', '--skip-content-releases')
  const [id] = /\b[A-Za-z0-9]{26}\b/.exec(output)
  await cli.run('datasets', 'copy', '--attach', id)
  assert.deepEqual(await createTestClient(name).getDocument('thing-7'), await client.getDocument('thing-7'))
  const listed = await cli.run('datasets', 'copy', '--list', '--limit', '1', '--offset', '0')
  assert.match(listed, new RegExp(id))
  assert.match(listed, new RegExp(name))
  assert.ok(!listed.includes(`history-${suffix}`), listed)
})

test('a copy to a dataset that exists is refused in words', async () => {
  await assert.rejects(cli.run('datasets', 'copy', dataset, dataset), /already exists/)
})
