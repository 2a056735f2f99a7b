import assert from 'node:assert/strict'
import {before, test} from 'node:test'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {
  ownContent,
  readPastDocument,
  readPastDocuments,
  readTransactions,
  useDataset,
  withoutRevision,
} from './support.mjs'

const {client, dataset} = await useDataset('history')
const states = []
let transactions

before(async () => {
  // One life: create, edit, delete, create again, edit; a draft beside it; another document in some of the
  // transactions.
  const step = async (transaction) => {
    const {transactionId} = await transaction.commit()
    states.push({transactionId, page: await client.getDocument('page'), other: await client.getDocument('other')})
  }
  await step(client.transaction().create({_id: 'page', _type: 'page', title: 'One'}))
  await step(client.transaction().patch('page', (patch) => patch.set({title: 'Two', tags: ['a']})))
  await step(
    client
      .transaction()
      .create({_id: 'other', _type: 'page', n: 1})
      .patch('page', (patch) => patch.append('tags', ['b'])),
  )
  await step(client.transaction().create({_id: 'drafts.page', _type: 'page', title: 'Draft'}))
  await step(client.transaction().delete('page').patch('other', (patch) => patch.inc({n: 1})))
  await step(client.transaction().create({_id: 'page', _type: 'page', title: 'Again'}))
  await step(client.transaction().patch('page', (patch) => patch.set({title: 'Last'})))
  await step(client.transaction().delete('drafts.page'))
  transactions = await readTransactions(client)
})

const idsOf = (list) => list.map(({id}) => id)

test('all transactions, in order, each with everything clients read', () => {
  assert.deepEqual(
    idsOf(transactions),
    states.map(({transactionId}) => transactionId),
  )
  for (const transaction of transactions) {
    assert.match(transaction.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    assert.equal(typeof transaction.author, 'string')
    assert.ok(transaction.mutations.length > 0)
    assert.equal(transaction.effects, undefined, 'effects only when asked for')
  }
  const times = transactions.map(({timestamp}) => timestamp)
  assert.deepEqual(times, [...new Set(times)].sort(), 'timestamps strictly increase')
})

test('a transaction names the documents it touched', () => {
  assert.deepEqual(
    transactions.map(({documentIDs}) => documentIDs.toSorted().join()),
    ['page', 'page', 'other,page', 'drafts.page', 'other,page', 'page', 'page', 'drafts.page'],
  )
})

test('deletes say that they did not purge', () => {
  const removal = transactions[4].mutations.find((mutation) => mutation.delete)
  assert.deepEqual(removal, {delete: {id: 'page', purge: false}})
})

test('the transactions of some documents only', async () => {
  const ofOther = await readTransactions(client, {}, ['other'])
  assert.deepEqual(idsOf(ofOther), [transactions[2].id, transactions[4].id])
  assert.deepEqual(ofOther[0].documentIDs.toSorted(), ['other', 'page'])
  const both = await readTransactions(client, {}, ['other', 'drafts.page'])
  assert.deepEqual(idsOf(both), [2, 3, 4, 7].map((index) => transactions[index].id))
})

test('includeIdentifiedDocumentsOnly trims to those documents', async () => {
  const parameters = {includeIdentifiedDocumentsOnly: true, effectFormat: 'mendoza'}
  for (const transaction of await readTransactions(client, parameters, ['other'])) {
    assert.deepEqual(transaction.documentIDs, ['other'])
    assert.deepEqual(Object.keys(transaction.effects), ['other'])
    assert.equal(transaction.mutations.length, 1)
  }
})

test('reverse and limit', async () => {
  assert.deepEqual(idsOf(await readTransactions(client, {reverse: true})), idsOf(transactions).reverse())
  assert.deepEqual(idsOf(await readTransactions(client, {limit: 2})), idsOf(transactions.slice(0, 2)))
  assert.deepEqual(
    idsOf(await readTransactions(client, {reverse: true, limit: 3})),
    idsOf(transactions.slice(-3)).reverse(),
  )
})

test('fromTransaction and toTransaction include both ends', async () => {
  const range = {fromTransaction: transactions[2].id, toTransaction: transactions[5].id}
  assert.deepEqual(idsOf(await readTransactions(client, range)), idsOf(transactions.slice(2, 6)))
  const page = await readTransactions(client, {reverse: true, limit: 2, toTransaction: transactions[5].id})
  assert.deepEqual(idsOf(page), [transactions[5].id, transactions[4].id])
  const unbounded = await readTransactions(client, {fromTransaction: '', toTransaction: ''})
  assert.equal(unbounded.length, transactions.length)
})

test('fromTime and toTime include both ends', async () => {
  const range = {fromTime: transactions[1].timestamp, toTime: transactions[3].timestamp}
  assert.deepEqual(idsOf(await readTransactions(client, range)), idsOf(transactions.slice(1, 4)))
  assert.deepEqual(await readTransactions(client, {toTime: '2001-01-01T00:00:00Z'}), [])
})

test('authors', async () => {
  const {author} = transactions[0]
  const byAuthor = await readTransactions(client, {authors: `someone-else,${author}`})
  assert.equal(byAuthor.length, transactions.length)
  assert.deepEqual(await readTransactions(client, {authors: 'someone-else'}), [])
})

test('excludeContent and excludeMutations', async () => {
  const reduced = await readTransactions(client, {excludeContent: true})
  assert.ok(!JSON.stringify(reduced).includes('title'))
  assert.equal(reduced[0].mutations[0].create._id, 'page')
  assert.equal(reduced[1].mutations[0].patch.id, 'page')
  for (const transaction of await readTransactions(client, {excludeMutations: true})) {
    assert.ok(!('mutations' in transaction))
    assert.ok(transaction.documentIDs.length > 0)
  }
})

test('creates and deletes are full values in the effects', async () => {
  const withEffects = await readTransactions(client, {effectFormat: 'mendoza'})
  const created = withEffects[0].effects.page
  assert.deepEqual(created.apply, [0, withoutRevision(states[0].page)])
  assert.deepEqual(created.revert, [0, null])
  assert.deepEqual(withEffects[4].effects.page.apply, [0, null])
  assert.ok(!JSON.stringify(withEffects.map(({effects}) => effects)).includes('_rev'))
})

test('a document at every revision, touched by it or not', async () => {
  for (const {transactionId, page, other} of states) {
    assert.deepEqual(await readPastDocument(client, 'page', {revision: transactionId}), page)
    assert.deepEqual(await readPastDocument(client, 'other', {revision: transactionId}), other)
  }
  assert.deepEqual(await readPastDocuments(client, 'page', {revision: 'unknown-revision'}), [])
})

test('a document at every instant', async () => {
  for (const [index, {page}] of states.entries()) {
    const time = transactions[index].timestamp
    assert.deepEqual(await readPastDocument(client, 'page', {time}), page, time)
  }
  assert.deepEqual(await readPastDocuments(client, 'page', {time: '2001-01-01T00:00:00Z'}), [])
  assert.deepEqual(await readPastDocument(client, 'page', {time: '2999-01-01T00:00:00Z'}), states.at(-1).page)
})

test('the last revision, deleted or not', async () => {
  assert.deepEqual(await readPastDocument(client, 'page', {lastRevision: true}), states.at(-1).page)
  const draft = await readPastDocument(client, 'drafts.page', {lastRevision: true})
  assert.deepEqual(ownContent(draft), {title: 'Draft'})
  assert.equal(draft._rev, transactions[3].id)
})

test('several documents as of one revision', async () => {
  const documents = await readPastDocuments(client, ['other', 'nobody', 'page'], {revision: transactions[2].id})
  assert.deepEqual(documents.map(({_id}) => _id).sort(), ['other', 'page'])
})

test('a missing dataset answers with an object under error', async () => {
  const request = client.request({url: '/data/history/no-such-dataset/transactions', query: {limit: 1}})
  await assert.rejects(request, (error) => {
    assert.equal(error.statusCode, 404)
    assert.equal(typeof error.response.body, 'object')
    return true
  })
})

test('the npm package rebuilds every revision', async () => {
  assert.equal(await assertHistoryRebuilds(client), 10)
  assert.ok(dataset)
})
