import assert from 'node:assert/strict'
import {test} from 'node:test'
import {assertHistoryRebuilds} from './history-rebuild.mjs'
import {readPastDocument, useDataset} from './support.mjs'

const {client} = await useDataset('mendoza')

/** Small and repeatable: what fails once fails again. */
function randomNumbers(seed) {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const words = [
  ...'fjell blåbær 😀 naïve straße 日本語 plain text the of and edit history é'.split(' '),
  '\u{1f469}\u200d\u{1f467}',
  'e\u0301',
]

function randomValue(random, depth) {
  const kind = random(depth > 0 ? 8 : 5)
  switch (kind) {
    case 0:
      return random(2) === 0
    case 1:
      return (random(2000) - 1000) / (random(4) + 1)
    case 2:
      return null
    case 3:
    case 4:
      return randomText(random)
    case 5:
    case 6:
      return Array.from({length: random(6)}, () => randomValue(random, depth - 1))
    default:
      return randomObject(random, depth - 1)
  }
}

const randomText = (random) => Array.from({length: random(12)}, () => words[random(words.length)]).join(' ')

function randomObject(random, depth) {
  const keys = Array.from({length: random(6)}, () => `${'abcdefgh'[random(8)]}${random(3)}`)
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth)]))
}

/** Changes a few places of a document the way an editor would: words, elements, fields, moves. */
function edited(document, random) {
  const copy = structuredClone(document)
  for (let count = random(3) + 1; count > 0; count--) {
    editOnce(copy, random)
  }
  return copy
}

function editOnce(container, random) {
  const keys = Object.keys(container).filter((key) => !key.startsWith('_'))
  const key = keys[random(keys.length)]
  const value = container[key]
  const action = random(10)
  if (key === undefined || action === 0) {
    container[`n${random(5)}`] = randomValue(random, 2)
  } else if (action === 1) {
    delete container[key]
  } else if (action === 2) {
    container[`moved${random(3)}`] = value
    delete container[key]
  } else if (typeof value === 'string') {
    const at = random(value.length + 1)
    container[key] = (value.slice(0, at) + words[random(words.length)] + value.slice(at + random(4))).toWellFormed()
  } else if (Array.isArray(value)) {
    value.splice(random(value.length + 1), random(3), ...Array.from({length: random(3)}, () => randomValue(random, 1)))
  } else if (value && typeof value === 'object') {
    editOnce(value, random)
  } else {
    container[key] = randomValue(random, 2)
  }
}

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
