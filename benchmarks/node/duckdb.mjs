// DuckDB as a peer: takes {sql} lines, answers what the statement took and its rows.
import {createInterface} from 'node:readline'
import {DuckDBInstance} from '@duckdb/node-api'

const [threads] = process.argv.slice(2)
const instance = await DuckDBInstance.create(':memory:', {threads})
const connection = await instance.connect()

for await (const line of createInterface({input: process.stdin})) {
  const {sql} = JSON.parse(line)
  const start = process.hrtime.bigint()
  const reader = await connection.runAndReadAll(sql)
  const nanoseconds = Number(process.hrtime.bigint() - start)
  process.stdout.write(JSON.stringify({nanoseconds, rows: reader.getRowsJson()}) + '\n')
}
