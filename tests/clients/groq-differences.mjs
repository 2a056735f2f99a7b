// Where our answers differ from those of groq-js, and why ours are meant to.

/** Why two answers may differ, or undefined if nothing says so. */
export function explain(query, ours, theirs) {
  return undefined
}
