import {keys, places} from './documents.mjs'

const identifier = /^[a-zA-Z_][a-zA-Z0-9_]*$/

export function attribute(random, name, first) {
  const quote = (text) => `'${text.replace(/[\\']/g, '\\$&')}'`
  if (!identifier.test(name) || random.chance(0.08))
    return random.chance(0.7) ? `[${quote(name)}]` : first ? quote(name) : `.${quote(name)}`
  return first ? name : random.chance(0.05) ? ` . ${name}` : `.${name}`
}

export function literal(value) {
  return typeof value === 'string' ? JSON.stringify(value).replace(/\\[nt]|\\u..../g, '') : String(value)
}

function usable(value) {
  return (
    typeof value === 'boolean' ||
    (typeof value === 'string' && !/[\u0000-\u001f"\\]/.test(value)) ||
    (typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(String(value)))
  )
}

/** A test that some element of the array, or another value, passes. */
function filter(random, subject, isArray) {
  const sample = isArray ? (subject.length ? random.pick(subject) : null) : subject
  const comparator = random.pick(['==', '==', '==', '!=', '<', '<=', '>', '>=', '?'])
  const space = random.chance(0.3) ? ' ' : ''
  const compare = (name, value) =>
    comparator === '?'
      ? `[${name}?]`
      : `[${name}${space}${comparator}${space}${literal(usable(value) ? value : random.pick([0, 2, 'x', true]))}]`
  if (sample && typeof sample === 'object' && !Array.isArray(sample)) {
    if (sample._key && random.chance(0.6)) return `[_key==${literal(random.chance(0.9) ? sample._key : 'nope')}]`
    const names = Object.keys(sample).filter((name) => identifier.test(name))
    const name = names.length && random.chance(0.9) ? random.pick(names) : random.pick(['a', 'n', 'missing'])
    const child = sample[name]
    if (child && typeof child === 'object' && !Array.isArray(child) && random.chance(0.7)) {
      const inner = Object.keys(child).filter((each) => identifier.test(each))
      if (inner.length) return compare(`${name}.${inner[0]}`, child[inner[0]])
    }
    return compare(name, child)
  }
  return compare('@', sample)
}

/** A way to select one child of an array, or several. */
function selector(random, list, index, tags, options) {
  const length = list.length
  const choice = random.below(10)
  if (choice < 3) return `[${index}]`
  if (choice < 4) return `[${index - length}]`
  if (choice < 6) return filter(random, list, true)
  if (choice < 8) {
    tags.add(options.isLast ? 'slice' : 'slice with tail')
    const start = random.below(length + 1)
    const end = start + 1 + random.below(3)
    return random.pick([
      `[${start}:${end}]`,
      `[${start}:]`,
      `[:${end}]`,
      `[ ${start} : ${end} ]`,
    ])
  }
  if (choice < 9) {
    tags.add('union')
    const terms = [
      String(index),
      random.pick(['0', '-1', '1', '2:3', '"ignored"'.slice(0, 0) + filter(random, list, true).slice(1, -1)]),
    ]
    return `[${random.chance(0.5) ? terms.join(',') : terms.reverse().join(', ')}]`
  }
  return random.pick([`[${length}]`, `[${length + 2}]`, '[0]', '[-1]', '.attribute'])
}

/** A path to a place of the document, exact or varied; tags say what is in it. */
export function pathTo(random, root, place, tags) {
  let current = root
  let path = ''
  place.steps.forEach((step, depth) => {
    const isLast = depth === place.steps.length - 1
    if (Array.isArray(current)) {
      path += selector(random, current, step, tags, {isLast})
    } else {
      if (depth > 0 && random.chance(0.04)) {
        tags.add('self filter')
        path += filter(random, current, false)
      }
      if (random.chance(0.06)) {
        const other = random.pick(keys.filter((key) => identifier.test(key) && key !== step))
        const own = identifier.test(step) ? step : `'${step}'`
        tags.add('attribute union')
        path += random.pick([`[${own},${other}]`, `['${other}', ${own}]`, `[${own}, ${other}.a]`])
        if (path.endsWith('.a]')) tags.add('path in union')
      } else {
        path += attribute(random, step, depth === 0)
      }
    }
    current = current?.[step]
  })
  return path
}

/** A path that begins with a descent. */
export function descentTo(random, root, tags) {
  const place = random.pick(places(root))
  const last = place.steps.at(-1)
  tags.add('descent')
  if (typeof last === 'string') {
    const name = identifier.test(last) ? last : `['${last}']`
    if (random.chance(0.6)) return `..${name}`
    tags.add('descent with tail')
    return `..${name}${random.pick(['.a', '[0]', '.n', '[_key=="k1"].n', '[-1]'])}`
  }
  const list = place.steps.slice(0, -1).reduce((current, step) => current[step], root)
  const element = list[last]
  tags.add('descent filter')
  if (element && typeof element === 'object' && element._key) {
    return `..[_key=="${element._key}"]${random.pick(['', '.n', '.text', '.children[0].text', '.new'])}`
  }
  return random.pick([`..[${last}]`, '..[0:2]', '..[-1]', '..[n > 1].n', '..[_type=="span"].text', '..[n?].n'])
}
