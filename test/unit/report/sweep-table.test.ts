import test from 'ava'
import { spreadText } from '../../../src/report/spread.ts'
import type { SweepMetric, SweepSummary } from '../../../src/report/sweep-summary.ts'
import { sweepTable } from '../../../src/report/sweep-table.ts'
import { NO_METRICS } from '../../helpers/synthetic-sweep.ts'

const metric = (mean: number, deviation: number, n = 3): SweepMetric => ({ mean, deviation, n })

test('should write a mean and its deviation with the same places and unit', (t) => {
  t.is(spreadText('accuracy', metric(0.95123, 0.00312), 3), '95.1 ± 0.3 %')
  t.is(spreadText('bytesPerPeer', metric(4_012_345, 56_000), 3), '4.01 ± 0.06 MB')
  t.is(spreadText('bytesPerPeer', metric(640, 3), 3), '640 ± 3 B')
  t.is(spreadText('loss', metric(0.2134, 0.0056), 3), '0.213 ± 0.006')
  t.is(spreadText('loss', metric(12.34, 5.6), 3), '12.3 ± 5.6')
  t.is(spreadText('distance', metric(2.7e-16, 1e-17), 3), '2.7e-16 ± 1.0e-17')
  t.is(spreadText('distance', metric(0, 0), 3), '0.00 ± 0.00')
  t.is(spreadText('roundsToGoal', metric(41.333, 2.082), 3), '41.3 ± 2.1')
  t.is(spreadText('virtualSeconds', metric(12.04, 0.1), 3), '12.0 ± 0.1 s')
})

test('should give no deviation of one run, and say where runs are missing', (t) => {
  t.is(spreadText('accuracy', metric(0.95, 0, 1), 1), '95.0 %')
  t.is(spreadText('roundsToGoal', metric(41, 2.8, 2), 3), '41.0 ± 2.8 (2 of 3)')
  t.is(spreadText('roundsToGoal', metric(41, 0, 1), 3), '41.0 (1 of 3)')
  t.is(spreadText('loss', null, 3), '-')
})

const SUMMARY: SweepSummary = {
  name: 'quickstart',
  base: 'simulations/quickstart',
  command: ['swarmgrad', 'sweep'],
  axes: [
    { path: 'compression.name', values: ['int8', 'int4'] },
    { path: 'topology', values: ['{"name":"ring"}', '{"name":"random-regular","degree":4}'] }
  ],
  cells: [
    {
      settings: { 'compression.name': 'int8', topology: '{"name":"ring"}' },
      seeds: [1, 2, 3],
      failed: 0,
      metrics: { ...NO_METRICS, accuracy: metric(0.95, 0.01), bytesPerPeer: metric(2e6, 0) },
      runs: []
    },
    {
      settings: { 'compression.name': 'int4', topology: '{"name":"random-regular","degree":4}' },
      seeds: [1, 2, 3],
      failed: 1,
      metrics: { ...NO_METRICS, accuracy: metric(0.9, 0, 1), bytesPerPeer: metric(1e6, 0, 2) },
      runs: []
    }
  ]
}

test('should show a row for each cell and a column for each figure that there is', (t) => {
  t.is(
    sweepTable(SUMMARY),
    `quickstart: 2 cells, 3 seeds (1, 2, 3); mean ± sample deviation over the seeds

compression.name  topology                                          runs         accuracy   sent per peer
int8              {"name":"ring"}                                      3     95.0 ± 1.0 %  2.00 ± 0.00 MB
int4              {"name":"random-regular","degree":4}  2 of 3, 1 failed  90.0 % (1 of 2)  1.00 ± 0.00 MB`
  )
})

test('should tell long values of an axis apart', (t) => {
  const values = ['a', 'b'].map((end) => `"${'x'.repeat(60)}${end}"`)
  const cells = values.map((value) => ({ ...SUMMARY.cells[0]!, settings: { name: value } }))
  const text = sweepTable({ ...SUMMARY, axes: [{ path: 'name', values }], cells })
  t.regex(text, /\n#1 "x{39}\.\.\. /)
  t.regex(text, /\n#2 "x{39}\.\.\. /)
})

test('should go on in another table where the screen is too narrow', (t) => {
  const [title, first, second] = sweepTable(SUMMARY, 95).split('\n\n')
  t.regex(title ?? '', /^quickstart/)
  t.regex(first ?? '', /runs {9}accuracy\n/)
  t.regex(second ?? '', /^compression\.name {2}topology .* sent per peer\n/)
})

test('should show a sweep over seeds alone', (t) => {
  const [cell] = SUMMARY.cells
  const only = { ...SUMMARY, axes: [], cells: [{ ...cell!, settings: {}, seeds: [4] }] }
  t.is(
    sweepTable({ ...only, cells: [{ ...only.cells[0]!, metrics: NO_METRICS }] }),
    `quickstart: 1 cell, 1 seed (4)

  runs
0 of 1`
  )
})
