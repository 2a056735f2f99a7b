// Where our answers differ from those of groq-js, and why ours are meant to.

const differences = [
  {
    reason: 'a word behind "-> " is an operator here, an attribute there: "a-> in b" can only be meant as a test',
    applies: (query, ours, theirs) => /->\s+(in|match|asc|desc)\b/.test(query) && 'error' in theirs,
  },
]

/** Why two answers may differ, or undefined if nothing says so. */
export function explain(query, ours, theirs) {
  return differences.find((difference) => difference.applies(query, ours, theirs))?.reason
}
