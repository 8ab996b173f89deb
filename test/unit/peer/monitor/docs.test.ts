import { readFile } from 'node:fs/promises'
import test from 'ava'
import { alarmsTable, metricsTable } from './tables.ts'

const runbook = new URL('../../../../docs/operating.md', import.meta.url)

for (const [what, made] of [
  ['alarm', alarmsTable()],
  ['metric', metricsTable()]
] as const) {
  test(`docs/operating.md has every ${what}, in the words of the program`, async (t) => {
    const said = new Set((await readFile(runbook, 'utf8')).split('\n'))
    t.deepEqual(
      made.split('\n').filter((row) => !said.has(row)),
      []
    )
  })
}
