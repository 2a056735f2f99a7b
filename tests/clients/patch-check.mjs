import {isDeepStrictEqual} from 'node:util'
import {applyPatch, incremental} from 'mendoza'

/**
 * Applies the patches of one pair of documents with both patchers of the npm package, in both directions, and also asks
 * whether the incremental one leaves older versions alone. Yields what went wrong.
 *
 * @param {string} text JSON of {left, right, apply, revert}; all of it is frozen, so that a patcher that changes its
 *   input fails.
 */
export function* wrongResults(text) {
  const {left, right, apply, revert} = JSON.parse(text, (_, value) => Object.freeze(value))
  let before
  let after
  const attempts = [
    ['simple apply', right, () => applyPatch(left, apply)],
    ['simple revert', left, () => applyPatch(right, revert)],
    [
      'incremental apply',
      right,
      () => {
        before = incremental.wrap(left, 'a')
        after = incremental.applyPatch(before, apply, 'b')
        return incremental.unwrap(after)
      },
    ],
    [
      'incremental apply, then revert',
      left,
      () => incremental.unwrap(incremental.applyPatch(after, revert, 'c')),
    ],
    ['incremental left unchanged', left, () => incremental.unwrap(before)],
    ['incremental right unchanged', right, () => incremental.unwrap(after)],
    [
      'incremental revert',
      left,
      () => incremental.unwrap(incremental.applyPatch(incremental.wrap(right, 'a'), revert, 'b')),
    ],
  ]
  for (const [what, expected, attempt] of attempts) {
    try {
      const actual = attempt()
      if (!isDeepStrictEqual(actual, expected)) {
        yield `${what}: ${JSON.stringify(actual)}`
      }
    } catch (error) {
      yield `${what}: ${error}`
    }
  }
}
