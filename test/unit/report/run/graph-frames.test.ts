import test from 'ava'
import { graphsOf } from '../../../../src/report/run/graph-frames.ts'
import type { Results } from '../../../../src/storage/results.ts'
import { RESULTS } from '../results.ts'

const withTopology = (peers: number, topology: unknown): Results => ({
  ...RESULTS,
  peers,
  rounds: 200,
  document: { topology }
})

test('should take the graphs that a run recorded', (t) => {
  const graphs = [{ atMs: 5, round: 1, edges: [[0, 1] as [number, number]] }]
  t.deepEqual(graphsOf({ ...RESULTS, graphs }), { entries: graphs, recorded: true })
})

test('should leave out edges of peers that there are not', (t) => {
  const edges: Array<[number, number]> = [
    [0, 1],
    [1, 77]
  ]
  const found = graphsOf({ ...RESULTS, graphs: [{ atMs: null, round: 0, edges }] })
  t.deepEqual(typeof found === 'object' && found?.entries[0]?.edges, [[0, 1]])
})

test('should compute a static graph from the scenario once', (t) => {
  const found = graphsOf(withTopology(5, { name: 'ring' }))
  t.deepEqual(found, {
    recorded: false,
    entries: [
      {
        atMs: null,
        round: 0,
        edges: [
          [0, 1],
          [0, 4],
          [1, 2],
          [2, 3],
          [3, 4]
        ]
      }
    ]
  })
})

test('should compute a changing graph for every epoch, regular and not the same', (t) => {
  const found = graphsOf(withTopology(16, { name: 'random-regular', degree: 4, lifetime: 50 }))
  const entries = typeof found === 'object' && found !== null ? found.entries : []
  t.deepEqual(
    entries.map(({ round }) => round),
    [0, 50, 100, 150]
  )
  for (const { edges, round } of entries) t.is(edges.length, 32, `round ${round}`)
  t.not(JSON.stringify(entries[0]?.edges), JSON.stringify(entries[1]?.edges))
})

test('should draw no more than a page can hold', (t) => {
  t.regex(String(graphsOf(withTopology(100_000, { name: 'ring' }))), /do not fit/)
  const many = Array.from({ length: 1000 }, (_, round) => ({ atMs: null, round, edges: [] }))
  const found = graphsOf({ ...RESULTS, graphs: many })
  t.is(typeof found === 'object' && found?.entries.length, 24)
})
