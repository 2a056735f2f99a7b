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
