import {makePatches, stringifyPatches} from '@sanity/diff-match-patch'
import {document, number, places, scalar, text, value} from './documents.mjs'
import {attribute, descentTo, pathTo} from './paths.mjs'

/** Whether the package applies an operation at such a path more than once, or forgets parts of it (see differing.mjs). */
function differs(operation, tags) {
  const has = (...names) => names.some((name) => tags.has(name))
  if (has('descent with tail')) return true
  if (operation !== 'set' && has('slice with tail', 'union', 'descent filter')) return true
  if (operation === 'insert' && has('slice', 'descent')) return true
  return operation === 'setIfMissing' && has('attribute union')
}

function edited(random, original) {
  let result = original
  for (let count = 1 + random.below(3); count > 0; count--) {
    const characters = Array.from(result)
    const at = random.below(characters.length + 1)
    const removed = random.chance(0.5) ? random.below(random.chance(0.1) ? 90 : 8) : 0
    characters.splice(
      at,
      removed,
      ...(random.chance(0.7) ? Array.from(text(random, 1 + random.below(random.chance(0.1) ? 20 : 3))) : []),
    )
    result = characters.join('')
  }
  return result
}

/** A text patch, made from the text that it will meet or from one like it. */
function textPatch(random, target) {
  const current = typeof target === 'string' ? target : text(random)
  for (;;) {
    const before = random.chance(0.6) ? current : edited(random, current)
    try {
      return stringifyPatches(makePatches(before, edited(random, before)))
    } catch {
      // It sometimes cuts a surrogate pair and then cannot write its own patch.
    }
  }
}

function path(random, root, operation, candidates) {
  for (;;) {
    const tags = new Set()
    const place = random.pick(candidates.length ? candidates : places(root))
    const result = random.chance(0.15) ? descentTo(random, root, tags) : pathTo(random, root, place, tags)
    if (!differs(operation, tags)) return {path: result, place, tags}
  }
}

function assignment(random, root) {
  const {path: base, tags} = path(random, root, 'set', [])
  if (tags.has('descent')) return [base, tags.has('descent filter') ? scalar(random) : value(random, 3)]
  return [
    base +
      random.pick([
        '',
        '',
        '',
        attribute(random, random.pick(['new', 'n', 'ünï']), false),
        '.deep.er',
        '[0]',
        '[-1]',
        '.x[0].y',
      ]),
    value(random, 2),
  ]
}

function conditional(random, root) {
  const {path: base, tags} = path(random, root, 'setIfMissing', [])
  return [base + (tags.has('descent') ? '' : random.pick(['', '.new', '.n', '.deep.er'])), value(random, 2)]
}

const makers = {
  set: (random, root) => ({
    set: Object.fromEntries(Array.from({length: 1 + random.below(3)}, () => assignment(random, root))),
  }),
  setIfMissing: (random, root) => ({
    setIfMissing: Object.fromEntries(Array.from({length: 1 + random.below(2)}, () => conditional(random, root))),
  }),
  unset: (random, root) => ({
    unset: Array.from({length: 1 + random.below(3)}, () =>
      random.chance(0.1) ? '_empty_action_guard_pseudo_field_' : path(random, root, 'unset', []).path,
    ),
  }),
  inc: (random, root) => increment(random, root, 'inc'),
  dec: (random, root) => increment(random, root, 'dec'),
  insert: (random, root) => insert(random, root),
  diffMatchPatch: (random, root) => {
    const strings = places(root).filter((place) => typeof place.value === 'string' && place.steps.at(-1) !== '_key')
    const found = path(random, root, 'diffMatchPatch', random.chance(0.95) ? strings : [])
    return {diffMatchPatch: {[found.path]: textPatch(random, found.place.value)}}
  },
}

function increment(random, root, operation) {
  const numbers = places(root).filter((place) => typeof place.value === 'number')
  return {
    [operation]: Object.fromEntries(
      Array.from({length: 1 + random.below(2)}, () => [
        path(random, root, operation, random.chance(0.85) ? numbers : []).path,
        number(random),
      ]),
    ),
  }
}

function insert(random, root) {
  const arrays = places(root).filter((place) => Array.isArray(place.value))
  const items = Array.from({length: random.below(4)}, (_, index) =>
    random.chance(0.5) ? {_key: `new${index}`, t: scalar(random)} : scalar(random),
  )
  const {path: base, place} = path(random, root, 'insert', arrays)
  const length = Array.isArray(place.value) ? place.value.length : 0
  const index = random.below(length + 1)
  const position = random.pick(['before', 'after', 'replace'])
  const key = place.value?.[index]?._key
  const selectors = [
    `[${index}]`,
    '[-1]',
    '[0]',
    `[${index}:${index + 1 + random.below(3)}]`,
    key ? `[_key=="${key}"]` : '[_key=="nope"]',
    '[n > 0]',
    '[@ == "x"]',
    `[${length + 1}]`,
  ]
  if (position !== 'replace') selectors.push(`[${index}:]`, `[:${index + 1}]`, `[0,${index}]`, `[${index}, -1]`)
  return {insert: {[position]: base + random.pick(selectors), items}}
}

/** A random document with one or several random operations for it. */
export function sample(random) {
  const root = document(random)
  const names = [random.pick(Object.keys(makers))]
  if (random.chance(0.25)) names.push(random.pick(Object.keys(makers)))
  if (random.chance(0.1)) names.push(random.pick(Object.keys(makers)))
  return {document: root, operations: Object.assign({}, ...names.map((name) => makers[name](random, root)))}
}
