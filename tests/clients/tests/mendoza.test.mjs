import assert from 'node:assert/strict'
import {test} from 'node:test'
import {edited, randomNumbers, randomObject, randomText} from '../random-documents.mjs'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {readPastDocument, useDataset} from './support.mjs'

const {client} = await useDataset('mendoza')

test('random edits of documents with text of all kinds', async () => {
  const seed = 20260101
  const random = randomNumbers(seed)
  for (let number = 0; number < 6; number++) {
    let document = {_id: `random-${number}`, _type: 'random', ...randomObject(random, 3), text: randomText(random)}
    for (let revision = 0; revision < 30; revision++) {
      await client.createOrReplace(document)
      document = edited(document, random)
    }
  }
  const rebuilt = await assertHistoryRebuilds(client)
  assert.ok(rebuilt > 120, `seed ${seed}: ${rebuilt} revisions`)
})

test('a long portable text, edited block by block', async () => {
  const span = (key, text) => ({_key: `${key}0`, _type: 'span', text, marks: []})
  const block = (key, text) => ({_key: key, _type: 'block', children: [span(key, text)]})
  const text = (index) => `Avsnitt ${index}: blåbær på fjellet i dag.`
  const body = Array.from({length: 60}, (_, index) => block(`k${index}`, text(index)))
  await client.create({_id: 'article', _type: 'article', body})
  const patch = () => client.patch('article')
  await patch().set({'body[_key=="k7"].children[0].text': 'Avsnitt 7: tyttebær på fjellet i går.'}).commit()
  await patch().insert('before', 'body[_key=="k3"]', [block('n1', 'Nytt avsnitt')]).commit()
  await patch().unset(['body[_key=="k40"]', 'body[2:5]']).commit()
  await patch().append('body', [block('z', 'Slutt 😀')]).set({title: 'Tittel'}).commit()
  await patch().set({'body[-1].children[0].marks': ['strong']}).commit()
  await client.delete('article')
  await client.create({_id: 'article', _type: 'article', body: body.toReversed()})
  await assertHistoryRebuilds(client)
  const last = await readPastDocument(client, 'article', {lastRevision: true})
  assert.equal(last.body.length, 60)
})

test('keys that sort differently in UTF-8 and UTF-16, and other odd ones', async () => {
  const odd = {'\uff21': 1, '\u{1f600}': 2, '': 3, 'a b': 4, 'é': 5, 'constructor': 6, '"\\\n': 7, '10': 8, '9': 9}
  await client.createOrReplace({_id: 'odd', _type: 'odd', fields: odd})
  await client.createOrReplace({_id: 'odd', _type: 'odd', fields: {...odd, '\u{1f600}': 'two', '': 'three'}})
  const {'\uff21': _, ...rest} = odd
  await client.createOrReplace({_id: 'odd', _type: 'odd', fields: {...rest, 'toString': 'x'}})
  await assertHistoryRebuilds(client)
})

test('documents deleted and created again in one transaction', async () => {
  await client.create({_id: 'phoenix', _type: 'bird', n: 1})
  await client.transaction().delete('phoenix').create({_id: 'phoenix', _type: 'bird', n: 2}).commit()
  await client.transaction().create({_id: 'mayfly', _type: 'insect'}).delete('mayfly').commit()
  await assertHistoryRebuilds(client)
})
