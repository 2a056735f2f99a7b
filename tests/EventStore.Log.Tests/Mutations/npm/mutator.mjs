import {Mutation} from '@sanity/mutator'

/** JSON with keys sorted by their UTF-8 bytes, the form in which the log keeps documents and patches. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value && typeof value === 'object') {
    const names = Object.keys(value).sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

/** Whether JSON can hold the value: no holes, no undefined, only finite numbers, no halves of characters. */
export function isJson(value) {
  if (Array.isArray(value))
    return Array.from({length: value.length}, (_, index) => index in value && isJson(value[index])).every(Boolean)
  if (value && typeof value === 'object') return Object.values(value).every(isJson)
  if (typeof value === 'string') return value.isWellFormed()
  return value !== undefined && (typeof value !== 'number' || Number.isFinite(value))
}

/** What the package makes of a document and the operations of a patch. */
export function apply(document, operations) {
  try {
    // The log sorts keys before it looks at a patch, so the package gets them in that order too.
    const patch = JSON.parse(canonical({...operations, id: document._id}))
    const mutation = new Mutation({mutations: [{patch}]})
    return {result: mutation.apply(structuredClone(document))}
  } catch (error) {
    return {throws: error.message}
  }
}
