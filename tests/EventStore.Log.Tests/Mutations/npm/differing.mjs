/**
 * Where the server does not follow the package, and why. A case is a document, a patch and what the server makes of them;
 * null when it refuses.
 */
export const differing = [
  {
    kind: 'negative bounds of slices count from past the end',
    reason:
      'The client sends splice(path, 1) as path[1:-1] and takes -1 for the place after the last element; the package takes it for the last element, as in an index.',
    cases: [
      [{a: [1, 2, 3]}, {insert: {replace: 'a[1:-1]', items: [9]}}, {a: [1, 9]}],
      [{a: [1, 2, 3]}, {insert: {replace: 'a[-2:]', items: [9]}}, {a: [1, 2, 9]}],
      [{a: [1, 2, 3]}, {insert: {replace: 'a[-1:-1]', items: [9]}}, {a: [1, 2, 3, 9]}],
      [{a: [1, 2, 3]}, {unset: ['a[-3:-1]']}, {a: [1]}],
    ],
  },
  {
    kind: 'slice applied once for each of its elements',
    reason: 'The package applies what follows a slice n times to each of n elements. The server applies it once.',
    cases: [
      [{a: [{n: 1}, {n: 1}, {n: 1}]}, {inc: {'a[0:2].n': 1}}, {a: [{n: 2}, {n: 2}, {n: 1}]}],
      [{a: [{t: []}, {t: []}]}, {insert: {after: 'a[0:2].t[-1]', items: ['x']}}, {a: [{t: ['x']}, {t: ['x']}]}],
      [
        {
          a: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
        {unset: ['a[0:2][0]']},
        {
          a: [
            [2, 3],
            [5, 6],
          ],
        },
      ],
    ],
  },
  {
    kind: 'union applied once for each term that selects the value',
    reason: 'A value that several terms of a union select is one value, and is changed once.',
    cases: [
      [{n: 1}, {inc: {'[n,n]': 1}}, {n: 2}],
      [{a: [1, 2]}, {inc: {'a[0,-2]': 1}}, {a: [2, 2]}],
      [{a: [{_key: 'x', n: 3}]}, {dec: {'a[_key=="x",n>2].n': 1}}, {a: [{_key: 'x', n: 2}]}],
    ],
  },
  {
    kind: 'descent applied several times',
    reason: 'The package visits values below a match of a descent again. The server visits each value once.',
    cases: [
      [{a: {a: {b: 1}}}, {inc: {'..a.b': 1}}, {a: {a: {b: 2}}}],
      [{a: [{_key: 'x', n: 1}]}, {inc: {'..[_key=="x"].n': 1}}, {a: [{_key: 'x', n: 2}]}],
      [
        {a: [{_key: 'x', l: [1]}]},
        {insert: {after: '..[_key=="x"].l[-1]', items: [2]}},
        {a: [{_key: 'x', l: [1, 2]}]},
      ],
      [{n: 1}, {set: {'..n.n': 2}}, {n: {n: 2}}],
      [{n: 1}, {setIfMissing: {'..n.n': 2}}, {n: {n: 2}}],
      [{a: {b: 'x'}}, {set: {'..b.b': {b: 1}}}, {a: {b: {b: {b: 1}}}}],
    ],
  },
  {
    kind: 'descent that leaves the value it begins at',
    reason:
      'In the package a descent after other steps also searches the rest of the document. The server searches only below.',
    cases: [
      [{a: {b: 1}, c: {b: 1}}, {inc: {'a..b': 1}}, {a: {b: 2}, c: {b: 1}}],
      [{a: {d: {b: 1}}, c: {b: 1}}, {unset: ['a..b']}, {a: {d: {}}, c: {b: 1}}],
    ],
  },
  {
    kind: 'descent after a descent',
    reason: 'The package never matches it. For the server it is the same as one descent.',
    cases: [[{a: {b: 1}}, {set: {'....b': 2}}, {a: {b: 2}}]],
  },
  {
    kind: 'setIfMissing with a union',
    reason: 'The package forgets all missing members but the last. The server sets them all.',
    cases: [
      [{}, {setIfMissing: {'[a,b]': 1}}, {a: 1, b: 1}],
      [{o: 'x'}, {setIfMissing: {'o[a,b]': 1}}, {o: {a: 1, b: 1}}],
    ],
  },
  {
    kind: 'slice that ends at 0',
    reason:
      'The package takes the end 0 for an open one and so replaces everything, for what clients send to insert at the start.',
    cases: [
      [{a: [1, 2]}, {insert: {replace: 'a[0:0]', items: ['x']}}, {a: ['x', 1, 2]}],
      [{a: [1, 2]}, {unset: ['a[:0]']}, {a: [1, 2]}],
    ],
  },
  {
    kind: 'replacing an empty slice',
    reason: 'The package doubles the array around the items. The server inserts them where the slice begins.',
    cases: [[{a: [1, 2, 3]}, {insert: {replace: 'a[2:2]', items: ['x']}}, {a: [1, 2, 'x', 3]}]],
  },
  {
    kind: 'inserting before the start',
    reason:
      'In the package a position before the start wraps around to the end a second time. The server takes the start.',
    cases: [
      [{a: [1, 2, 3, 4, 5]}, {insert: {before: 'a[-7]', items: ['x']}}, {a: ['x', 1, 2, 3, 4, 5]}],
      [{a: [1, 2, 3]}, {insert: {replace: 'a[-5]', items: ['x']}}, {a: ['x', 1, 2, 3]}],
    ],
  },
  {
    kind: 'every element',
    reason: 'The package ignores [] and [:] and refuses [*]. For the server they are all elements.',
    cases: [
      [{a: [1, 2]}, {inc: {'a[]': 1}}, {a: [2, 3]}],
      [{a: [{n: 1}]}, {set: {'a[*].n': 2}}, {a: [{n: 2}]}],
      [{a: [1, 2]}, {unset: ['a[:]']}, {a: []}],
    ],
  },
  {
    kind: 'attribute in double quotes',
    reason: 'The package ignores it and the rest of the path. For the server both quotes are the same.',
    cases: [
      [{o: {'k k': 1}}, {set: {'o["k k"]': 2}}, {o: {'k k': 2}}],
      [{a: 1, 'b-b': 1}, {unset: ['[a,"b-b"]']}, {}],
    ],
  },
  {
    kind: 'literals that the package does not know',
    reason: 'null and texts in single quotes mean something unambiguous.',
    cases: [
      [{a: [{_key: 'x', n: 1}]}, {set: {"a[_key=='x'].n": 2}}, {a: [{_key: 'x', n: 2}]}],
      [{a: [{n: null}, {n: 1}]}, {unset: ['a[n == null]']}, {a: [{n: 1}]}],
    ],
  },
  {
    kind: 'rest of a path that cannot be read',
    reason: 'The package ignores it and changes something else than was written. The server refuses the path.',
    cases: [
      [{a: 1}, {set: {'a b': 2}}, null],
      [{a: 1}, {set: {'a]b': 2}}, null],
      [{'a-1': 1, a: 1}, {unset: ['a-1']}, null],
      [{a: 1}, {set: {'[': 2}}, null],
      [{a: [1]}, {set: {'a["x" == b]': 2}}, null],
    ],
  },
  {
    kind: 'slice with a step',
    reason: 'The package reads the step and selects as if it were 1. The server refuses it.',
    cases: [[{a: [1, 2, 3, 4]}, {unset: ['a[0:4:2]']}, null]],
  },
  {
    kind: 'index that is no integer',
    reason: 'The package sets a property of the array that JSON loses. The server refuses it.',
    cases: [[{a: [1, 2, 3]}, {set: {'a[1.5]': 0}}, null]],
  },
  {
    kind: 'index out of any range',
    reason: 'No array is that long; the package ignores it or takes the end.',
    cases: [[{a: [1]}, {insert: {before: 'a[99999999999]', items: [2]}}, null]],
  },
  {
    kind: 'unset of an object by its own filter',
    reason: 'The package removes the member with the empty name instead. The server leaves the object.',
    cases: [[{o: {'': 1, n: 1}}, {unset: ['o[n==1]']}, {o: {'': 1, n: 1}}]],
  },
  {
    kind: 'integers beyond 2^53',
    reason: 'Integers of 64 bits are added exactly.',
    cases: [[{n: 9007199254740992}, {inc: {n: 1}}, {n: 9007199254740993n}]],
  },
  {
    kind: 'sum that is no number',
    reason: 'JSON has no infinity; the package makes null of it.',
    cases: [[{n: 1e308}, {inc: {n: 1e308}}, null]],
  },
  {
    kind: 'increment by something else than a number',
    reason: 'The package joins texts.',
    cases: [[{n: 1}, {inc: {n: '1'}}, null]],
  },
  {
    kind: 'prototype',
    reason: 'The key __proto__ changes the prototype and is lost.',
    cases: [
      [{a: 1}, {set: {['__proto__']: {x: 1}}}, null],
      [{a: 1}, {set: {"a['__proto__'].x": 1}}, null],
    ],
  },
  {
    kind: 'names of built-in members',
    reason: 'The package calls what it finds in the document.',
    cases: [[{hasOwnProperty: 1, n: 1}, {set: {n: 2}}, {hasOwnProperty: 1, n: 2}]],
  },
  {
    kind: 'half a character',
    reason:
      'A text patch that fits badly can leave half of a surrogate pair, which UTF-8 does not have. The server refuses it.',
    cases: [[{t: ' 𝒳'}, {diffMatchPatch: {t: '@@ -1,2 +1,2 @@\n+b\n  \n-a\n'}}, null]],
  },
  {
    kind: 'identity and type',
    reason: 'A document keeps its id and always has a type.',
    cases: [
      [{a: 1}, {set: {_id: 'other'}}, null],
      [{a: 1}, {set: {'[_type=="test"]': {_id: 'd'}}}, null],
      [{a: 1}, {unset: ['_type']}, null],
      [{a: 1}, {set: {_type: ''}}, null],
    ],
  },
  {
    kind: 'shape of a patch',
    reason: 'Unknown keys, several places of one insert and items that are no array are mistakes of the caller.',
    cases: [
      [{a: [1]}, {merge: {a: 2}}, null],
      [{a: [1]}, {insert: {before: 'a[0]', after: 'a[0]', items: [2]}}, null],
      [{a: [1]}, {insert: {after: 'a[0]', items: 2}}, null],
      [{a: 1}, {set: null}, null],
    ],
  },
]
