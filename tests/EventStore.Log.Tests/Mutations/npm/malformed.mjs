/** Paths that the package refuses, and so must the server. */
export const malformedPaths = ['', ' ', '.', '..', 'a.', '.a', 'a..', 'a.b.', 'a.[0]', 'a.0', '0', 'a[0', "a['b", 'a["b', 'a[0,]', 'a[0;1]', 'a{b}',
  '{a,b}', 'a-b', 'a b-', 'ünï', 'a.ü', 'a[_key=="x"', 'a[_key==]', 'a[_key="x"]', 'a[_key==b]', 'a[b == 1 && c == 2]', 'a[b == 1e5]', 'a#', 'a/b', 'a\\b', 'a ', 'true',
  'a.true', 'a.*', 'a[1..b', '@', '$', 'a[_key=="x]', 'a[0]b-', 'a[--1]', "a[_key=='x", '😀', 'a.😀', 'a\n', '\u0000', 'a[b ==', 'a[0 1]', 'a[0.b]', 'a[b c]']

/** Text patches that the package refuses. */
export const malformedTextPatches = ['x', '@@', '@@ -1 +1 @', '@@ -1,2 +1,2 @@\n?x', '@@ -1 +1 @@\n-%zz', '@@ -1 +1 @@\n+%', '@@ -1 +1 @@\n+%C3', '@@ -1 +1 @@\n+%ff%ff',
  '\n@@ -1 +1 @@\n-a\n+b\n', '@@ -a +b @@', '@@ -1,1 +1,1 @@ trailing', '-a', '@@ -1 +1 @@\n+%E2%28%A1', '@@ -1 +1 @@\n@x']

/** Text patches with odd but legal headers, escapes and offsets. */
export const oddTextPatches = ['', '@@ -0,0 +1 @@\n+x\n', '@@ -1 +1 @@\n-t\n+T\n', '@@ -9999,4 +9999,4 @@\n-x\n+y\n', '@@ -1, +1, @@\n-t\n+z\n', '@@ -00,00 +0,3 @@\n+%23%25%C3%A6\n',
  '@@ -1,3 +1,3 @@\n the\n', '@@ -1,4 +1,5 @@\n+%0A\n\n the\n', '@@ -0,0 +0,0 @@\n', '@@ -1 +1 @@', '@@ -5 +1 @@\n-e\n@@ -1 +7 @@\n+q\n', '@@ -1,4 +1 @@\n-%F0%9F%98%80\n+:\n',
  '@@ -1,999 +1,2 @@\n-abc\n+xy\n', '@@ -3,0 +3,2 @@\n+é%22\n']
