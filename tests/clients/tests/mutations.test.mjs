import assert from 'node:assert/strict'
import {test} from 'node:test'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {ownContent, readTransactions, useDataset} from './support.mjs'

const {client, dataset} = await useDataset('mutations')

test('create makes an id, times and a revision', async () => {
  const created = await client.create({_type: 'book', title: 'Emma'})
  assert.match(created._id, /^[A-Za-z0-9-]{10,}$/)
  assert.match(created._rev, /^[A-Za-z0-9-]{10,}$/)
  assert.match(created._createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.equal(created._updatedAt, created._createdAt)
  assert.deepEqual(ownContent(created), {title: 'Emma'})
  assert.deepEqual(await client.getDocument(created._id), created)
})

test('create under a prefix completes the id', async () => {
  const created = await client.create({_id: 'drafts.', _type: 'book'})
  assert.match(created._id, /^drafts\.[A-Za-z0-9-]+$/)
})

test('createOrReplace keeps nothing of the document before', async () => {
  const first = await client.createOrReplace({_id: 'replaced', _type: 'book', title: 'One', pages: 1})
  const second = await client.createOrReplace({_id: 'replaced', _type: 'book', title: 'Two'})
  assert.notEqual(second._rev, first._rev)
  assert.deepEqual(ownContent(second), {title: 'Two'})
  assert.deepEqual(await client.getDocument('replaced'), second)
})

test('createOrReplace keeps the time of creation it is given and ignores a revision', async () => {
  const document = {_id: 'imported', _type: 'book', _createdAt: '2001-02-03T04:05:06Z', _rev: 'of-another-store'}
  const created = await client.createOrReplace(document)
  assert.equal(created._createdAt, '2001-02-03T04:05:06Z')
  assert.notEqual(created._rev, 'of-another-store')
})

test('createIfNotExists leaves a document alone', async () => {
  const first = await client.createIfNotExists({_id: 'once', _type: 'book', title: 'First'})
  const second = await client.createIfNotExists({_id: 'once', _type: 'book', title: 'Second'})
  assert.deepEqual(second, first)
  const answer = await client.transaction().createIfNotExists({_id: 'once', _type: 'book'}).commit()
  assert.ok(answer.results.every((result) => result.operation === 'none'))
})

test('delete removes a document, and only once', async () => {
  await client.create({_id: 'short-lived', _type: 'book'})
  const answer = await client.delete('short-lived')
  assert.deepEqual(
    answer.results.map(({id, operation}) => ({id, operation})),
    [{id: 'short-lived', operation: 'delete'}],
  )
  assert.equal(await client.getDocument('short-lived'), undefined)
  const again = await client.delete('short-lived')
  assert.ok(again.results.every((result) => result.operation !== 'delete'))
})

test('a transaction changes several documents as one', async () => {
  await client.create({_id: 'author', _type: 'author', name: 'Ann', books: 1})
  await client.create({_id: 'obsolete', _type: 'book'})
  const answer = await client
    .transaction()
    .create({_id: 'sequel', _type: 'book', author: {_type: 'reference', _ref: 'author'}})
    .patch('author', (patch) => patch.inc({books: 1}).set({name: 'Anne'}))
    .createOrReplace({_id: 'index', _type: 'index', latest: 'sequel'})
    .delete('obsolete')
    .commit()
  assert.deepEqual(
    answer.results.map(({id, operation}) => `${operation} ${id}`).sort(),
    ['create index', 'create sequel', 'delete obsolete', 'update author'],
  )
  const documents = await client.getDocuments(['author', 'sequel', 'index', 'obsolete'])
  assert.deepEqual(
    documents.map((document) => document?._rev ?? null),
    [answer.transactionId, answer.transactionId, answer.transactionId, null],
  )
  assert.deepEqual(ownContent(documents[0]), {name: 'Anne', books: 2})
})

test('a transaction that fails in one place changes nothing', async () => {
  const transaction = client
    .transaction()
    .create({_id: 'half', _type: 'book'})
    .patch('does-not-exist', (patch) => patch.set({title: 'x'}))
  await assert.rejects(transaction.commit(), {statusCode: 404})
  assert.equal(await client.getDocument('half'), undefined)
})

test('a transaction id may be chosen and becomes the revision', async () => {
  const transactionId = `chosen-${Date.now()}`
  const answer = await client.transaction().create({_id: 'named', _type: 'book'}).transactionId(transactionId).commit()
  assert.equal(answer.transactionId, transactionId)
  assert.equal((await client.getDocument('named'))._rev, transactionId)
  const [created] = await client.mutate([{create: {_type: 'book'}}], {
    transactionId: `${transactionId}-2`,
    returnFirst: false,
    returnDocuments: true,
  })
  assert.equal(created._rev, `${transactionId}-2`)
})

test('a dry run answers like the real one and changes nothing', async () => {
  const before = (await readTransactions(client)).length
  const created = await client.create({_id: 'rehearsal', _type: 'book', title: 'Draft'}, {dryRun: true})
  assert.equal(created._id, 'rehearsal')
  assert.equal(created.title, 'Draft')
  assert.equal(await client.getDocument('rehearsal'), undefined)
  assert.equal((await readTransactions(client)).length, before)
  await assert.rejects(client.patch('rehearsal').set({title: 'x'}).commit({dryRun: true}), {statusCode: 404})
})

test('autoGenerateArrayKeys gives a key to objects in arrays only', async () => {
  const document = {_type: 'book', chapters: [{title: 'a'}, {_key: 'kept', title: 'b'}], numbers: [1, 2]}
  const created = await client.create(document, {autoGenerateArrayKeys: true})
  assert.match(created.chapters[0]._key, /^\w+$/)
  assert.deepEqual(created.chapters[1], {_key: 'kept', title: 'b'})
  assert.deepEqual(created.numbers, [1, 2])
  const patched = await client
    .patch(created._id)
    .append('chapters', [{title: 'c'}])
    .commit({autoGenerateArrayKeys: true})
  assert.match(patched.chapters[2]._key, /^\w+$/)
  const keys = patched.chapters.map((chapter) => chapter._key)
  assert.equal(new Set(keys).size, keys.length)
  const plain = await client.create({_type: 'book', chapters: [{title: 'a'}]})
  assert.equal(plain.chapters[0]._key, undefined)
})

test('every visibility is accepted', async () => {
  for (const visibility of ['sync', 'async', 'deferred']) {
    const created = await client.create({_type: 'book', visibility}, {visibility})
    assert.deepEqual(await client.getDocument(created._id), created)
  }
})

test('returnDocuments: false answers with ids', async () => {
  const answer = await client.create({_id: 'quiet', _type: 'book'}, {returnDocuments: false})
  assert.equal(answer.documentId, 'quiet')
  assert.deepEqual(answer.results, [{id: 'quiet', operation: 'create'}])
})

test('several documents come back in the order of their mutations', async () => {
  const mutations = ['z', 'a', 'm'].map((id) => ({createOrReplace: {_id: `order-${id}`, _type: 'book'}}))
  const documents = await client.mutate(mutations, {returnFirst: false, returnDocuments: true})
  assert.deepEqual(
    documents.map((document) => document._id),
    ['order-z', 'order-a', 'order-m'],
  )
})

test('tags are accepted', async () => {
  const created = await client.create({_type: 'book'}, {tag: 'tests.create'})
  assert.deepEqual(await client.getDocument(created._id, {tag: 'tests.read'}), created)
})

test('the log holds what was done, and the npm package rebuilds every revision from it', async () => {
  const transactions = await readTransactions(client, {excludeContent: true})
  const kinds = new Set(transactions.flatMap(({mutations}) => mutations.map((mutation) => Object.keys(mutation)[0])))
  for (const kind of ['create', 'createOrReplace', 'createIfNotExists', 'patch', 'delete']) {
    assert.ok(kinds.has(kind), `${kind} in the log of ${dataset}`)
  }
  assert.ok((await assertHistoryRebuilds(client)) > 25)
})
