import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {createCli} from '../cli.mjs'
import {baseUrl, createTestClient, project, readTransactions, token, useDataset} from './support.mjs'

const {client, dataset} = await useDataset('queries')
const raw = createTestClient(dataset, {perspective: 'raw'})

const then = await client
  .transaction()
  .create({_id: 'ann', _type: 'author', name: 'Ann "A." Ünder'})
  .create({_id: 'one', _type: 'book', title: 'One', pages: 100, author: {_type: 'reference', _ref: 'ann'}})
  .create({_id: 'two', _type: 'book', title: 'Two', pages: 200})
  .create({_id: 'drafts.one', _type: 'book', title: 'One, rewritten', author: {_type: 'reference', _ref: 'ann'}})
  .create({_id: 'versions.spring.two', _type: 'book', title: 'Two in spring'})
  .commit()
await client.patch('one').set({title: 'One, later'}).commit()

test('fetch gives the result, with parameters of every type', async () => {
  const query = `*[_type == $type && pages >= $least && !(title in $not) && $flag]{title, "by": author->name, "n": $nothing}`
  const params = {type: 'book', least: 50.5, not: ['Two', 'Drei & mehr?'], flag: true, nothing: null}
  assert.deepEqual(await client.fetch(query, params), [{title: 'One, later', by: 'Ann "A." Ünder', n: null}])
  assert.equal(await client.fetch('count(*[_type == "none"])'), 0)
  assert.equal(await client.fetch('*[_id == "none"][0]'), null)
})

test('long queries travel in a body', async () => {
  const ids = ['one', 'two', ...Array.from({length: 2000}, (_, index) => `nothing-${index}`)]
  assert.deepEqual(await client.fetch('*[_id in $ids] | order(_id)._id', {ids}), ['one', 'two'])
  const padding = ' '.repeat(20_000)
  assert.equal(await client.fetch(`count(*[_type == "book"])${padding}`), 2)
})

test('an unfiltered response has the time, the query and tags', async () => {
  const query = '*[_type == "book"]{title}'
  const response = await client.fetch(query, {}, {filterResponse: false, tag: 'a.tag'})
  assert.equal(response.query, query)
  assert.equal(response.result.length, 2)
  assert.equal(typeof response.ms, 'number')
  assert.ok(response.syncTags.every((tag) => tag.startsWith('s1:')))
})

test('perspectives', async () => {
  const query = '*[_type == "book"] | order(title){_id, title, _originalId}'
  const titles = async (perspective) => (await client.fetch(query, {}, {perspective})).map(({title}) => title)
  assert.deepEqual(await titles(undefined), ['One, later', 'Two'])
  assert.deepEqual(await titles('published'), ['One, later', 'Two'])
  assert.deepEqual(await titles('raw'), ['One, later', 'One, rewritten', 'Two', 'Two in spring'])
  assert.deepEqual(await titles('drafts'), ['One, rewritten', 'Two'])
  assert.deepEqual(await titles('previewDrafts'), ['One, rewritten', 'Two'])
  assert.deepEqual(await titles(['spring', 'drafts']), ['One, rewritten', 'Two in spring'])
  const [draft] = await client.fetch(query, {}, {perspective: 'drafts'})
  assert.deepEqual([draft._id, draft._originalId], ['one', 'drafts.one'])
  const older = createTestClient(dataset, {apiVersion: '2021-06-07'})
  assert.equal(await older.fetch('count(*[_type == "book"])'), 4)
})

test('errors name the place in the query', async () => {
  await assert.rejects(client.fetch('*[_type == "book"'), (error) => {
    assert.equal(error.statusCode, 400)
    assert.equal(error.details.type, 'queryParseError')
    assert.equal(error.details.start, 17)
    assert.match(error.message, /GROQ query parse error/)
    return true
  })
  await assert.rejects(client.fetch('*', {}, {resultSourceMap: true}), {statusCode: 400})
})

test('queries of the past', async () => {
  const answer = await client.request({
    url: `/data/query/${dataset}`,
    query: {query: '*[_id == $id][0].title', $id: '"one"', revision: then.transactionId},
  })
  assert.equal(answer.result, 'One')
})

test('documents are deleted and patched by query', async () => {
  await raw.create({_id: 'old-1', _type: 'old', n: 1})
  await raw.create({_id: 'old-2', _type: 'old', n: 2})
  await raw.create({_id: 'old-3', _type: 'old', n: 3})
  const patched = await raw.patch({query: '*[_type == $type && n > 1]', params: {type: 'old'}}).inc({n: 10}).commit({returnDocuments: false})
  assert.deepEqual([patched].flat().flatMap(({documentIds}) => documentIds ?? []).sort(), ['old-2', 'old-3'])
  const dry = await raw.delete({query: '*[_type == "old"]'}, {dryRun: true})
  assert.equal(dry.results.length, 3)
  const gone = await raw.delete({query: '*[_type == $type && n > $n]', params: {type: 'old', n: 5}})
  assert.deepEqual(gone.results.map(({id, operation}) => `${operation} ${id}`), ['delete old-2', 'delete old-3'])
  assert.deepEqual(await raw.fetch('*[_type == "old"]._id'), ['old-1'])

  // The client turns several ids into a query.
  await raw.delete(['old-1', 'never-there'])
  assert.equal(await raw.fetch('count(*[_type == "old"])'), 0)
  const [last] = await readTransactions(raw, {reverse: true, limit: 1})
  assert.deepEqual(last.mutations, [{delete: {id: 'old-1', purge: false}}])
})

test('the CLI queries documents', async () => {
  const cli = await createCli({baseUrl, token, project})
  after(cli.remove)
  const answer = await cli.run('documents', 'query', '*[_type == "book"] | order(_id){_id, title}', '--dataset', dataset, '--api-version', 'v2025-02-19')
  assert.deepEqual(JSON.parse(answer.slice(answer.indexOf('['))).map(({_id}) => _id), ['one', 'two'])
})
