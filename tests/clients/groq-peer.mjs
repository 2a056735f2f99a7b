// The npm package groq-js, asked the same questions.
import {isDeepStrictEqual} from 'node:util'
import {evaluate, parse} from 'groq-js'
import {explain} from './groq-differences.mjs'

/** What groq-js answers: {result} as JSON, or {error}. */
export async function askPeer(dataset, query, params) {
  let tree
  try {
    tree = parse(query, {params})
  } catch (error) {
    return {error: `parse: ${error.message}`}
  }
  try {
    const value = await evaluate(tree, {dataset, params})
    const result = await value.get()
    return {result: result === undefined ? null : JSON.parse(JSON.stringify(result))}
  } catch (error) {
    return {error: `evaluate: ${error.message}`}
  }
}

/** Counts which answers agree; differences are explained or kept. */
export class Comparison {
  equal = 0
  refused = 0
  explained = new Map()
  unexplained = []

  add(query, ours, theirs, where) {
    if ('result' in theirs ? isDeepStrictEqual(ours.result, theirs.result) : 'error' in ours) {
      this.equal++
      this.refused += 'error' in ours ? 1 : 0
      return
    }
    const reason = explain(query, ours, theirs)
    if (reason) {
      this.explained.set(reason, (this.explained.get(reason) ?? 0) + 1)
    } else {
      this.unexplained.push({query, where, ours, theirs})
    }
  }

  /** The counts, and a few of the differences that nothing explains. */
  toString() {
    const reasons = [...this.explained].map(([reason, times]) => `\n  ${times} explained: ${reason}`)
    const shown = this.unexplained.slice(0, Number(process.env.SHOW ?? 5))
    const differences = shown.map((each) => '\n  ' + JSON.stringify(each).slice(0, 2000))
    return `${this.equal} equal, ${this.refused} of them refused by both` + reasons.join('') + differences.join('')
  }
}
