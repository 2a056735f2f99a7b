// Reads exported tables with two independent readers, and compares rows with the documents they were made of.
import assert from 'node:assert/strict'
import {gunzipSync} from 'node:zlib'
import {DuckDBInstance} from '@duckdb/node-api'
import {asyncBufferFromFile, parquetReadObjects} from 'hyparquet'

/** JSON with whole numbers that a double does not hold as BigInt. */
export function parseExactly(text) {
  return JSON.parse(text, (key, value, {source}) =>
    typeof value === 'number' && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value,
  )
}

let connection

async function query(sql) {
  connection ??= await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjects().map(fromDuckDb)
}

const quote = (path) => `'${path.replaceAll("'", "''")}'`

export const readParquetWithDuckDb = (path) => query(`select * from read_parquet(${quote(path)})`)

export const queryParquet = (path, what, condition = 'true') =>
  query(`select ${what} from read_parquet(${quote(path)}) where ${condition}`)

export const readCsvWithDuckDb = (path) =>
  query(`select * from read_csv(${quote(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
    nullstr = '', allow_quoted_nulls = false, strict_mode = true, max_line_size = 16000000, normalize_names = false)`)

export async function readParquetWithHyparquet(path) {
  return parquetReadObjects({
    file: await asyncBufferFromFile(path),
    compressors: {GZIP: (bytes) => gunzipSync(bytes)},
    parsers: {
      timestampFromMicroseconds: (micros) => ({micros}),
      jsonFromBytes: (bytes) => bytes && {json: new TextDecoder().decode(bytes)},
    },
  })
}

function fromDuckDb(value) {
  if (value === null || typeof value !== 'object') {
    return value
  }
  if (Array.isArray(value.items)) {
    return value.items.map(fromDuckDb)
  }
  if ('micros' in value) {
    return {micros: value.micros}
  }
  return Object.fromEntries(Object.entries(value.entries ?? value).map(([name, inner]) => [name, fromDuckDb(inner)]))
}

/** Fails unless a value of a table says the same as one of a document. */
export function assertSame(actual, expected, place) {
  if (expected === undefined || expected === null) {
    assert.ok(actual === null || actual === undefined, `${place}: ${show(actual)} should be null`)
  } else if (actual?.json !== undefined && typeof actual.json === 'string') {
    assert.deepEqual(parseExactly(actual.json), expected, place)
  } else if (actual?.micros !== undefined) {
    assert.equal(actual.micros, microseconds(expected), place)
  } else if (typeof actual === 'string') {
    assertText(actual, expected, place)
  } else if (typeof actual === 'bigint' || typeof expected === 'bigint') {
    assert.equal(BigInt(actual), BigInt(expected), place)
  } else if (Array.isArray(expected)) {
    assert.equal(actual.length, expected.length, place)
    expected.forEach((element, index) => assertSame(actual[index], element, `${place}[${index}]`))
  } else if (typeof expected === 'object') {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      assertSame(actual[key], expected[key], `${place}.${key}`)
    }
  } else {
    assert.ok(actual === expected || (actual === 0 && expected === 0), `${place}: ${show(actual)}, not ${show(expected)}`)
  }
}

/** Readers that do not tell JSON from other text: it is one or the other. */
function assertText(actual, expected, place) {
  if (actual !== expected) {
    assert.deepEqual(parseExactly(actual), expected, place)
  }
}

function microseconds(time) {
  const [, seconds, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time)
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

const show = (value) => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value))

/** The value that the name of a column of a flat table leads to. */
export function valueAt(document, name) {
  const keys = name.match(/(?:[^.\\]|\\.)+/gs) ?? []
  return keys
    .map((key) => key.replaceAll(/\\(.)/gs, '$1'))
    .reduce((value, key) => (value === null || value === undefined ? value : value[key === '""' ? '' : key]), document)
}
