const words = [
  ...'fjell blåbær 😀 naïve straße 日本語 plain text the of and edit history é'.split(' '),
  '\u{1f469}\u200d\u{1f467}',
  'e\u0301',
]

/** Small and repeatable: what fails once fails again. */
export function randomNumbers(seed) {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

export function randomValue(random, depth) {
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

export const randomText = (random) => Array.from({length: random(12)}, () => words[random(words.length)]).join(' ')

export function randomObject(random, depth) {
  const keys = Array.from({length: random(6)}, () => `${'abcdefgh'[random(8)]}${random(3)}`)
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth)]))
}

/** Changes a few places of a document the way an editor would: words, elements, fields, moves. */
export function edited(document, random) {
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

const sentence = (random, length) => Array.from({length}, () => words[random(words.length)]).join(' ')
const newKey = (random) => random(2 ** 31).toString(16).padStart(8, '0')
const newSpan = (random, marks = []) => ({_key: newKey(random), _type: 'span', marks, text: sentence(random, random(30) + 1)})

const newBlock = (random) => ({
  _key: newKey(random),
  _type: 'block',
  children: Array.from({length: random(4) + 1}, (_, index) => newSpan(random, index % 2 ? ['strong'] : [])),
  markDefs: [],
  style: ['normal', 'normal', 'h2', 'blockquote'][random(4)],
})

/** A document of Portable Text, as an editor for articles keeps it. */
export const randomArticle = (random) => ({
  _id: `article-${newKey(random)}`,
  _type: 'article',
  _updatedAt: '2025-01-01T00:00:00Z',
  body: Array.from({length: random(30) + 5}, () => newBlock(random)),
  title: sentence(random, 6),
})

/** The article after a session of its author: texts, marks, blocks added, removed and moved. */
export function revisedArticle(article, random) {
  const copy = structuredClone(article)
  copy._updatedAt = new Date(Date.parse(copy._updatedAt) + random(10 ** 9)).toISOString()
  for (let count = random(4) + 1; count > 0; count--) {
    reviseOnce(copy, random)
  }
  return copy
}

function reviseOnce(article, random) {
  const {body} = article
  const at = random(body.length)
  const action = random(8)
  if (body.length === 0 || action === 0) {
    body.splice(at, 0, newBlock(random))
  } else if (action === 1) {
    body.splice(at, random(3))
  } else if (action === 2) {
    body.splice(random(body.length), 0, ...body.splice(at, random(3) + 1))
  } else if (action === 3) {
    body[at].style = ['normal', 'h2'][random(2)]
  } else if (action === 4) {
    const {children} = body[at]
    children.splice(random(children.length + 1), random(2), newSpan(random, ['em']))
  } else if (body[at].children.length > 0) {
    const span = body[at].children[random(body[at].children.length)]
    const from = random(span.text.length + 1)
    const kept = span.text.slice(from + random(8))
    span.text = (span.text.slice(0, from) + words[random(words.length)] + kept).toWellFormed()
  }
}
