import test from 'ava'
import { partition, partitionProblems } from '../../../src/data/partition.ts'
import { leastRows, topUp } from '../../../src/data/partition-counts.ts'
import { permutation, seeded } from '../../../src/random.ts'
import type { PartitionConfig } from '../../../src/swarm/recipe.ts'

const CLASSES = 10
const labelsOf = (rows: number): Uint8Array =>
  Uint8Array.from(permutation(seeded(9), rows), (place) => place % CLASSES)

const split = (config: PartitionConfig, rows: number, peers: number, seed = 1): Int32Array[] =>
  partition(config, labelsOf(rows), peers, CLASSES, seeded(seed))

const classesOf = (part: Int32Array, labels: Uint8Array): number =>
  new Set(Array.from(part, (row) => labels[row]!)).size

const KINDS: readonly PartitionConfig[] = [
  { kind: 'iid' },
  { kind: 'stratified' },
  { kind: 'dirichlet', alpha: 1e-6 },
  { kind: 'dirichlet', alpha: 0.01 },
  { kind: 'dirichlet', alpha: 0.1 },
  { kind: 'dirichlet', alpha: 1e6 },
  { kind: 'shards', perPeer: 1 },
  { kind: 'shards', perPeer: 2 }
]

for (const config of KINDS) {
  const name = JSON.stringify(config)

  test(`should give every row to exactly one peer: ${name}`, (t) => {
    for (const [rows, peers] of [
      [2, 1],
      [7, 3],
      [64, 32],
      [1000, 6],
      [997, 13]
    ] as const) {
      const parts = split(config, rows, peers)
      t.is(parts.length, peers)
      const all = parts.flatMap((part) => [...part]).sort((a, b) => a - b)
      t.deepEqual(all, [...Array(rows).keys()], `${rows} rows, ${peers} peers`)
      t.true(
        parts.every((part) => part.length > 0 && part.every((row, i) => !(row <= part[i - 1]!))),
        `${rows} rows, ${peers} peers: ascending and not empty`
      )
    }
  })

  test(`should follow from the seed alone: ${name}`, (t) => {
    t.deepEqual(split(config, 1000, 6, 1), split(config, 1000, 6, 1))
    t.notDeepEqual(split(config, 1000, 6, 1), split(config, 1000, 6, 2))
  })
}

test('should give equal numbers of rows when iid or in shards', (t) => {
  const sizes = (config: PartitionConfig): number[] =>
    split(config, 1000, 6).map((part) => part.length)
  t.deepEqual(sizes({ kind: 'iid' }), [166, 167, 167, 166, 167, 167])
  for (const size of sizes({ kind: 'shards', perPeer: 2 })) t.true(Math.abs(size - 1000 / 6) < 2)
})

test('should give equal shares of every class when stratified, but for single rows', (t) => {
  // Classes of 1 to 301 rows, in a shuffled order.
  const sizes = Array.from(
    { length: CLASSES },
    (_, label) => 1 + Math.round(300 * (label / 9) ** 2)
  )
  const sorted = sizes.flatMap((size, label) => new Array<number>(size).fill(label))
  const labels = Uint8Array.from(permutation(seeded(5), sorted.length), (place) => sorted[place]!)
  for (const peers of [1, 3, 7, 64]) {
    const parts = partition({ kind: 'stratified' }, labels, peers, CLASSES, seeded(1))
    for (const [label, size] of sizes.entries()) {
      const counts = parts.map((part) => part.filter((row) => labels[row] === label).length)
      t.true(
        counts.every((count) => Math.abs(count - size / peers) < 1),
        `class ${label} of ${peers} peers: ${counts}`
      )
    }
    const rows = parts.map((part) => part.length)
    t.true(Math.max(...rows) - Math.min(...rows) <= 1, `${rows}`)
  }
})

test('should spread the classes of a Dirichlet partition with the variance of the distribution', (t) => {
  const rows = 1000
  const peers = 4
  const alpha = 1
  const labels = labelsOf(rows)
  let squares = 0
  let shares = 0
  for (let seed = 0; seed < 200; seed++) {
    for (const part of split({ kind: 'dirichlet', alpha }, rows, peers, seed)) {
      const counts = new Float64Array(CLASSES)
      for (const row of part) counts[labels[row]!]!++
      for (const count of counts) squares += (count / (rows / CLASSES) - 1 / peers) ** 2
      shares += CLASSES
    }
  }
  const expected = ((1 / peers) * (1 - 1 / peers)) / (peers * alpha + 1)
  // 8,000 shares, 3 of 4 free: the error of their variance is about 1.6 %; whole rows add 1e-5.
  const ratio = squares / shares / expected
  t.true(Math.abs(ratio - 1) < 0.06, `ratio ${ratio}`)
})

test('should come near to equal shares of every class when alpha is large', (t) => {
  const labels = labelsOf(6000)
  for (const part of split({ kind: 'dirichlet', alpha: 1e6 }, 6000, 6)) {
    const counts = new Float64Array(CLASSES)
    for (const row of part) counts[labels[row]!]!++
    // The deviation of a share is 0.00015, so of 600 rows a peer has 100 but for rounding.
    for (const count of counts) t.true(Math.abs(count - 100) <= 2, `${count}`)
  }
})

test('should leave few classes with a peer when alpha is small', (t) => {
  const labels = labelsOf(6000)
  const parts = split({ kind: 'dirichlet', alpha: 0.01 }, 6000, 6)
  const held = parts.reduce((sum, part) => sum + classesOf(part, labels), 0)
  // Ten classes with about one owner each; some are cut, and topping up hands on a few more.
  t.true(held <= 20, `${held} pairs of class and peer`)
})

test('should leave every peer the least number of rows even when shares cannot be drawn so', (t) => {
  for (const [rows, peers] of [
    [12_000, 6],
    [12_000, 64],
    [1000, 100],
    [100, 100]
  ] as const) {
    const least = leastRows(rows, peers)
    const parts = split({ kind: 'dirichlet', alpha: 0.001 }, rows, peers)
    t.true(Math.min(...parts.map((part) => part.length)) >= least, `${rows} rows, ${peers} peers`)
  }
})

test('should ask for 40 rows, or a quarter of an equal share where rows are few', (t) => {
  t.is(leastRows(12_000, 6), 40)
  t.is(leastRows(1000, 10), 25)
  t.is(leastRows(10, 10), 1)
})

test('should top up the smallest from the largest and keep the rows of every class', (t) => {
  const counts = [Int32Array.of(0, 90, 0), Int32Array.of(1, 9, 20)]
  topUp(counts, 3, 40)
  const sizes = [0, 1, 2].map((peer) => counts[0]![peer]! + counts[1]![peer]!)
  t.deepEqual(sizes, [40, 40, 40])
  t.deepEqual(
    counts.map((row) => row.reduce((a, b) => a + b, 0)),
    [90, 30]
  )
})

test('should leave a peer with two shards of sorted rows with few classes', (t) => {
  const labels = labelsOf(6000)
  for (const part of split({ kind: 'shards', perPeer: 2 }, 6000, 10)) {
    // 20 runs of 300 rows, 600 rows to a class: no run crosses a class.
    t.true(classesOf(part, labels) <= 2)
  }
  for (const part of split({ kind: 'shards', perPeer: 2 }, 6000, 6)) {
    // 12 runs of 500 rows: a run touches two classes at most.
    t.true(classesOf(part, labels) <= 4)
  }
})

test('should name what keeps rows from being divided', (t) => {
  const paths = (config: PartitionConfig, rows: number, peers: number): string[] =>
    partitionProblems(config, rows, peers).map(({ path }) => path)
  t.deepEqual(paths({ kind: 'iid' }, 10, 10), [])
  t.deepEqual(paths({ kind: 'iid' }, 10, 11), ['peers'])
  t.deepEqual(paths({ kind: 'iid' }, 10, 0), ['peers'])
  t.deepEqual(paths({ kind: 'dirichlet', alpha: 1 }, 10, 11), ['peers'])
  t.deepEqual(paths({ kind: 'shards', perPeer: 2 }, 10, 5), [])
  t.deepEqual(paths({ kind: 'shards', perPeer: 3 }, 10, 5), ['data.partition.perPeer'])
  t.deepEqual(paths({ kind: 'shards', perPeer: 3 }, 10, 11), ['peers'])
})

test('should throw the problems instead of dividing', (t) => {
  t.throws(() => split({ kind: 'iid' }, 3, 4), { name: 'InvalidInputError', message: /^peers: / })
})
