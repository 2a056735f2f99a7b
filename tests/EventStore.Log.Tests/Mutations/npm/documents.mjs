const words = [
  'the',
  'quick',
  'brown',
  'fox',
  'smørrebrød',
  'über',
  'naïve',
  '日本語',
  '😀',
  '👩‍👩‍👧',
  'a\nb',
  'tab\there',
  '"quoted"',
  'back\\slash',
  'Zürich',
  'x',
  'lorem',
  'ipsum',
  'dolor',
  '\u0001',
  'é',
  '𝒳',
]
export const keys = [
  'title',
  'n',
  'count',
  'tags',
  'body',
  'nested',
  'a',
  'b',
  'c',
  'list',
  'flag',
  'none',
  'key with space',
  'ünï',
  'A1',
  '_x',
  'o-k',
]
const arrayKeys = ['k1', 'k2', 'k3', 'x', 'y']

export function text(random, length = 1 + random.below(6)) {
  return Array.from({length}, () => random.pick(words)).join(random.chance(0.9) ? ' ' : '')
}

export function number(random) {
  return random.pick([0, 1, 2, 3, -1, 10, 1.5, -0.25, 1e21, 1e-7, 123456789, 0.1, 7, 5e-324, 1e300])
}

export function scalar(random) {
  return random.pick([
    () => text(random),
    () => number(random),
    () => random.chance(0.5),
    () => null,
    () => random.pick(words),
  ])()
}

function block(random, key) {
  return {
    _key: key,
    _type: 'block',
    children: Array.from({length: random.below(4)}, (_, index) => ({
      _key: `s${index}`,
      _type: 'span',
      marks: [],
      n: number(random),
      text: text(random),
    })),
    n: number(random),
    style: random.pick(['normal', 'h1', 'h2']),
  }
}

function keyed(random, key) {
  return random.chance(0.5) ? block(random, key) : {...object(random, 1), _key: key}
}

export function array(random, depth) {
  const length = random.below(6)
  const kind = random.below(4)
  return Array.from({length}, (_, index) => {
    if (kind === 0) return scalar(random)
    if (kind === 1)
      return keyed(random, random.chance(0.8) ? arrayKeys[index % arrayKeys.length] : random.pick(arrayKeys))
    if (kind === 2) return random.pick([number(random), random.pick(words)])
    return value(random, depth + 1)
  })
}

export function object(random, depth) {
  const result = {}
  for (let count = random.below(5); count >= 0; count--) result[random.pick(keys)] = value(random, depth + 1)
  return result
}

export function value(random, depth = 0) {
  const choice = random.below(depth > 3 ? 4 : 9)
  if (choice < 5) return scalar(random)
  return choice < 7 ? array(random, depth) : object(random, depth)
}

export function document(random) {
  const result = {
    _createdAt: '2020-01-01T00:00:00Z',
    _id: 'd',
    _type: 'test',
    _updatedAt: '2020-01-01T00:00:00Z',
    ...object(random, 0),
  }
  for (const key of keys) {
    if (random.chance(0.35)) result[key] = value(random, 0)
  }
  if (random.chance(0.7))
    result.body = Array.from({length: random.below(5)}, (_, index) => block(random, arrayKeys[index]))
  if (random.chance(0.6)) result.tags = Array.from({length: random.below(5)}, () => random.pick(words))
  if (random.chance(0.6)) result.title = text(random, 1 + random.below(40))
  return result
}

/** Every container and scalar with the steps that lead to it. */
export function places(root) {
  const found = []
  const visit = (current, steps) => {
    found.push({steps, value: current})
    if (Array.isArray(current)) current.forEach((item, index) => visit(item, [...steps, index]))
    else if (current && typeof current === 'object')
      Object.keys(current).forEach((key) => visit(current[key], [...steps, key]))
  }
  visit(root, [])
  return found.filter(
    ({steps}) => steps.length > 0 && !['_id', '_type', '_createdAt', '_updatedAt'].includes(steps[0]),
  )
}
