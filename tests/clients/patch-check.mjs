import {isDeepStrictEqual} from 'node:util'
import {applyPatch, incremental} from 'mendoza'

/**
 * Applies the patches of one pair of documents with both patchers of the npm package, in both directions, and also asks
 * whether the incremental one leaves older versions alone. Yields what went wrong.
 *
 * @param {string} text JSON of {left, right, apply, revert}; parsed afresh for each use, so that a patcher that changes
 *   its input is seen.
 */
export function* wrongResults(text) {
  const parse = () => JSON.parse(text)
  const {left, right} = parse()
  let before
  let after
  const attempts = [
    ['simple apply', right, () => applyPatch(parse().left, parse().apply)],
    ['simple revert', left, () => applyPatch(parse().right, parse().revert)],
    [
      'incremental apply',
      right,
      () => {
        before = incremental.wrap(parse().left, 'a')
        after = incremental.applyPatch(before, parse().apply, 'b')
        return incremental.unwrap(after)
      },
    ],
    [
      'incremental apply, then revert',
      left,
      () => incremental.unwrap(incremental.applyPatch(after, parse().revert, 'c')),
    ],
    ['incremental left unchanged', left, () => incremental.unwrap(before)],
    ['incremental right unchanged', right, () => incremental.unwrap(after)],
    [
      'incremental revert',
      left,
      () => incremental.unwrap(incremental.applyPatch(incremental.wrap(parse().right, 'a'), parse().revert, 'b')),
    ],
  ]
  for (const [what, expected, apply] of attempts) {
    try {
      const actual = apply()
      if (!isDeepStrictEqual(actual, expected)) {
        yield `${what}: ${JSON.stringify(actual)}`
      }
    } catch (error) {
      yield `${what}: ${error}`
    }
  }
}
