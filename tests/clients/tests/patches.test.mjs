import assert from 'node:assert/strict'
import {test} from 'node:test'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {ownContent, useDataset} from './support.mjs'

const {client} = await useDataset('patches')

/** Patches a new document with the given content; answers what its author sees afterwards. */
async function patched(content, build) {
  const {_id, _rev} = await client.create({_type: 'thing', ...content})
  const document = await build(client.patch(_id)).commit()
  assert.equal(document._id, _id)
  const stored = await client.getDocument(_id)
  assert.deepEqual(stored, document)
  assert.ok(stored._rev === _rev || Date.parse(stored._updatedAt) >= Date.parse(stored._createdAt))
  return ownContent(document)
}

/** Each line: what is tested, the content before, how the builder is used, the content after. */
const cases = [
  ['set a field', {a: 1}, (p) => p.set({b: 'x', a: 2}), {a: 2, b: 'x'}],
  ['set a nested path', {a: {b: {c: 1}}}, (p) => p.set({'a.b.c': 2, 'a.b.d': [1]}), {a: {b: {c: 2, d: [1]}}}],
  ['set an element by index', {t: ['a', 'b', 'c']}, (p) => p.set({'t[1]': 'B', 't[-1]': 'C'}), {t: ['a', 'B', 'C']}],
  [
    'set an element by key',
    {t: [{_key: 'x', n: 1}, {_key: 'y', n: 2}]},
    (p) => p.set({'t[_key=="y"].n': 3}),
    {t: [{_key: 'x', n: 1}, {_key: 'y', n: 3}]},
  ],
  [
    'set everything a comparison finds',
    {t: [{n: 1}, {n: 5}, {n: 9}]},
    (p) => p.set({'t[n > 3].big': true}),
    {t: [{n: 1}, {n: 5, big: true}, {n: 9, big: true}]},
  ],
  ['set by recursive descent', {a: {n: 1, b: {n: 2}}}, (p) => p.set({'a..n': 0}), {a: {n: 0, b: {n: 0}}}],
  ['set null and text beyond ASCII', {}, (p) => p.set({a: null, b: 'blåbær 😀'}), {a: null, b: 'blåbær 😀'}],
  ['setIfMissing', {a: 1}, (p) => p.setIfMissing({a: 2, b: {c: []}}), {a: 1, b: {c: []}}],
  ['unset fields', {a: 1, b: {c: 2, d: 3}}, (p) => p.unset(['a', 'b.c']), {b: {d: 3}}],
  ['unset elements', {t: ['a', 'b', 'c', 'd']}, (p) => p.unset(['t[1:3]']), {t: ['a', 'd']}],
  ['unset by key', {t: [{_key: 'x'}, {_key: 'y'}]}, (p) => p.unset(['t[_key=="x"]']), {t: [{_key: 'y'}]}],
  ['unset what is not there', {a: 1}, (p) => p.unset(['_empty_action_guard_pseudo_field_', 'x.y[3]']), {a: 1}],
  ['inc and dec', {a: 1, b: {c: 2.5}}, (p) => p.inc({a: 2}).dec({'b.c': 0.5}), {a: 3, b: {c: 2}}],
  ['insert before', {t: ['a', 'b']}, (p) => p.insert('before', 't[1]', ['x', 'y']), {t: ['a', 'x', 'y', 'b']}],
  ['insert after', {t: ['a', 'b']}, (p) => p.insert('after', 't[0]', ['x']), {t: ['a', 'x', 'b']}],
  ['insert after the last', {t: ['a', 'b']}, (p) => p.insert('after', 't[-1]', ['x']), {t: ['a', 'b', 'x']}],
  [
    'insert before a key',
    {t: [{_key: 'x'}, {_key: 'y'}]},
    (p) => p.insert('before', 't[_key=="y"]', [{_key: 'n'}]),
    {t: [{_key: 'x'}, {_key: 'n'}, {_key: 'y'}]},
  ],
  ['insert in place of', {t: ['a', 'b', 'c']}, (p) => p.insert('replace', 't[1]', ['x']), {t: ['a', 'x', 'c']}],
  ['append', {t: ['a']}, (p) => p.append('t', ['b', {c: 1}]), {t: ['a', 'b', {c: 1}]}],
  ['append to nothing', {}, (p) => p.setIfMissing({t: []}).append('t', ['a']), {t: ['a']}],
  ['prepend', {t: ['a']}, (p) => p.prepend('t', ['y', 'z']), {t: ['y', 'z', 'a']}],
  ['prepend to nothing', {}, (p) => p.setIfMissing({t: []}).prepend('t', ['a']), {t: ['a']}],
  ['splice with removal', {t: ['a', 'b', 'c', 'd']}, (p) => p.splice('t', 1, 2, ['x']), {t: ['a', 'x', 'd']}],
  ['splice from the start', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 0, 1, ['x', 'y']), {t: ['x', 'y', 'b', 'c']}],
  ['splice to the end', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 1, -1, ['x']), {t: ['a', 'x']}],
  ['splice from the end', {t: ['a', 'b', 'c']}, (p) => p.splice('t', -1, 1, ['x']), {t: ['a', 'b', 'x']}],
  ['splice without items', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 1, 1), {t: ['a', 'c']}],
  ['splice to the end', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 1), {t: ['a']}],
  ['splice to the end with items', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 1, -1, ['x']), {t: ['a', 'x']}],
  ['splice at the last', {t: ['a', 'b', 'c']}, (p) => p.splice('t', -1, 1, ['x']), {t: ['a', 'b', 'x']}],
  ['splice without removal', {t: ['a', 'b', 'c']}, (p) => p.splice('t', 1, 0, ['x']), {t: ['a', 'x', 'b', 'c']}],
  [
    'diffMatchPatch',
    {text: 'the quick fox', other: 1},
    (p) => p.diffMatchPatch({text: '@@ -1,13 +1,12 @@\n the \n-quick\n+slow\n  fox\n'}),
    {text: 'the slow fox', other: 1},
  ],
  [
    'diffMatchPatch beyond ASCII',
    {text: 'en blå 😀 dag'},
    (p) => p.diffMatchPatch({text: '@@ -1,12 +1,13 @@\n en \n-bl%C3%A5\n+gr%C3%B8nn\n  %F0%9F%98%80 dag\n'}),
    {text: 'en grønn 😀 dag'},
  ],
  [
    'several operations at once',
    {n: 1, t: ['a'], gone: true, s: 'abc'},
    (p) => p.set({s: 'xyz'}).setIfMissing({m: 1}).unset(['gone']).inc({n: 1}).append('t', ['b']),
    {n: 2, t: ['a', 'b'], s: 'xyz', m: 1},
  ],
  ['set before inc', {n: 1}, (p) => p.inc({n: 5}).set({n: 10}), {n: 15}],
]

for (const [name, before, build, after] of cases) {
  test(name, async () => assert.deepEqual(await patched(before, build), after))
}

test('ifRevisionId lets the right revision through', async () => {
  const {_id, _rev} = await client.create({_type: 'thing', n: 1})
  const document = await client.patch(_id).ifRevisionId(_rev).set({n: 2}).commit()
  assert.equal(document.n, 2)
  assert.notEqual(document._rev, _rev)
})

test('ifRevisionId stops a patch on any other revision', async () => {
  const {_id, _rev} = await client.create({_type: 'thing', n: 1})
  await client.patch(_id).set({n: 2}).commit()
  const conflicting = client.patch(_id).ifRevisionId(_rev).set({n: 3})
  await assert.rejects(conflicting.commit(), (error) => {
    assert.equal(error.statusCode, 409)
    assert.equal(error.details.type, 'mutationError')
    assert.equal(error.details.items[0].error.type, 'documentRevisionIDDoesNotMatchError')
    return true
  })
  assert.equal((await client.getDocument(_id)).n, 2)
})

test('ifRevisionId is enforced even when nothing would change', async () => {
  const {_id} = await client.create({_type: 'thing', n: 1})
  const guard = client.patch(_id).ifRevisionId('another').unset(['_revision_lock_pseudo_field_'])
  await assert.rejects(guard.commit(), {statusCode: 409})
})

test('a patch that changes nothing leaves the revision alone', async () => {
  const created = await client.create({_type: 'thing', n: 1})
  const document = await client.patch(created._id).set({n: 1}).commit()
  assert.deepEqual(document, created)
})

test('a patch of several documents by transaction', async () => {
  await client.create({_id: 'one', _type: 'thing', n: 1})
  await client.create({_id: 'two', _type: 'thing', n: 1})
  await client
    .transaction()
    .patch('one', {inc: {n: 1}})
    .patch(client.patch('two').dec({n: 1}))
    .patch('one', {inc: {n: 10}})
    .commit()
  const [one, two] = await client.getDocuments(['one', 'two'])
  assert.equal(one.n, 12)
  assert.equal(two.n, 0)
})

test('the npm package rebuilds every revision', async () => {
  assert.ok((await assertHistoryRebuilds(client)) > 2 * cases.length)
})
