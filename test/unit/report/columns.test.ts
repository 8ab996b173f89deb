import test from 'ava'
import { type Column, columnLines } from '../../../src/report/columns.ts'

interface Row {
  readonly name: string
  readonly count: number
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'name', align: 'left', cell: ({ name }) => name },
  { name: 'count', align: 'right', cell: ({ count }) => String(count), least: 7 }
]

test('should align columns, with the room that each needs or is given', (t) => {
  const rows = [
    { name: 'one', count: 1 },
    { name: 'one hundred', count: 100 }
  ]
  t.deepEqual(columnLines(COLUMNS, rows), [
    'name           count',
    'one                1',
    'one hundred      100'
  ])
})

test('should show the names alone where there are no rows', (t) => {
  t.deepEqual(columnLines(COLUMNS, []), ['name    count'])
})
