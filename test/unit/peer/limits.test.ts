import test from 'ava'
import { InvalidInputError } from '../../../src/errors.ts'
import type { Part } from '../../../src/peer/limits/amount.ts'
import { checkDiskLimit, diskParts } from '../../../src/peer/limits/disk.ts'
import { checkMemoryLimit, memoryParts } from '../../../src/peer/limits/memory.ts'
import { ratesOf } from '../../../src/peer/limits/rates.ts'
import { limitThreads } from '../../../src/peer/limits/threads.ts'
import { type Manifest, manifestSchema } from '../../../src/swarm/manifest.ts'
import { wireLimits } from '../../../src/wire/limits.ts'

const MEBI = 2 ** 20
const PARAMETERS = 1_000_000
const VECTOR = 4 * PARAMETERS

const manifestOf = (changes: Record<string, unknown> = {}): Manifest =>
  manifestSchema.parse({
    name: 'limits',
    seed: 1,
    shards: 8,
    layout: '0'.repeat(64),
    model: { name: 'mlp', hidden: [10] },
    data: { name: 'glyphs' },
    training: { learningRate: 0.1, steps: 100, optimizer: { name: 'adam' } },
    strategy: { name: 'delta-set', density: 0.01 },
    topology: { name: 'ring' },
    ...changes
  })

const memoryOf = (manifest: Manifest, maxBody = 100_000): readonly Part[] =>
  memoryParts({
    manifest,
    backend: 'wasm',
    parameters: PARAMETERS,
    bytes: { engine: 5 * VECTOR + 7_000_000, data: 3_000_000 },
    wire: wireLimits(maxBody),
    diagnostics: false
  })

const lineOf = (parts: readonly Part[], words: string): number =>
  parts.find(({ what }) => what.includes(words))!.bytes

test('should count the vectors that delta-set holds, keeps and trains with', (t) => {
  const parts = memoryOf(manifestOf())
  // Replica, gradient, correction and two moments inside, two moments outside.
  t.is(lineOf(parts, 'training'), 7 * VECTOR + 7_000_000)
  // Base, replica, residual, snapshot; a log as long as a replica; codes at the largest density.
  t.is(lineOf(parts, 'delta-set'), 4 * VECTOR + VECTOR + 3 * 8 * 0.1 * PARAMETERS)
  t.is(lineOf(parts, 'checkpoint'), 5 * VECTOR)
  t.is(lineOf(parts, 'data'), 3_000_000)
  t.is(lineOf(parts, 'copies'), 0)
  t.is(lineOf(parts, 'not yet collected'), 0)
})

test('should count two copies for every neighbour of gossip averaging', (t) => {
  const strategy = { name: 'gossip-averaging', slowMomentum: 0.5 }
  const training = { learningRate: 0.1, steps: 100 }
  const topology = { name: 'random-regular', degree: 5, lifetime: 10 }
  const parts = memoryOf(manifestOf({ strategy, training, topology }), VECTOR)
  t.is(lineOf(parts, 'copies of 5'), 5 * 2 * VECTOR)
  t.is(lineOf(parts, 'gossip-averaging'), 4 * VECTOR)
  t.is(lineOf(parts, 'checkpoint'), 3 * VECTOR)
  t.true(lineOf(parts, 'messages from') >= 5 * 2 * 3 * VECTOR)
  t.is(lineOf(parts, 'not yet collected'), 64 * MEBI)
})

test('should count what the other baselines hold', (t) => {
  const training = { learningRate: 0.1, steps: 100 }
  const topology = { name: 'exponential' }
  const sgp = memoryOf(manifestOf({ strategy: { name: 'sgp' }, training, topology }), VECTOR)
  // 1, 2 and 4 behind and before: the sums of a flow to and from each.
  t.is(lineOf(sgp, 'copies of 6'), 6 * 2 * VECTOR)
  t.is(lineOf(sgp, 'sgp'), 3 * VECTOR)
  t.is(lineOf(sgp, 'checkpoint'), 2 * VECTOR)
  const diloco = memoryOf(manifestOf({ strategy: { name: 'diloco' }, training, topology }), VECTOR)
  // Whatever the topology: the parts of everybody.
  t.is(lineOf(diloco, 'copies of 7'), 7 * 2 * VECTOR)
  t.is(lineOf(diloco, 'diloco'), 8 * VECTOR)
  t.is(lineOf(diloco, 'checkpoint'), 4 * VECTOR)
  const dPsgd = memoryOf(manifestOf({ strategy: { name: 'd-psgd' }, training, topology }), VECTOR)
  t.is(lineOf(dPsgd, 'd-psgd'), 2 * VECTOR)
})

test('should refuse a limit below the estimate, with the arithmetic and what shrinks it', (t) => {
  const parts: readonly Part[] = [
    { what: 'the process', bytes: 150 * MEBI, shrink: null },
    { what: 'the model', bytes: 40 * MEBI, shrink: 'take a smaller model' },
    { what: 'data', bytes: 2.5 * MEBI, shrink: 'take more shards' },
    { what: 'nothing', bytes: 0, shrink: 'never' }
  ]
  const machine = { free: 1000 * MEBI, taken: 100 * MEBI }
  const error = t.throws(() => checkMemoryLimit({ memoryMiB: 192 }, parts, machine), {
    instanceOf: InvalidInputError
  })!
  t.deepEqual(error.problems, [
    {
      path: 'limits.memoryMiB',
      rule: [
        '192 MiB are less than this peer takes, about 193 MiB:',
        '     150 MiB  the process',
        '      40 MiB  the model',
        '     2.5 MiB  data',
        '     193 MiB  together',
        ''
      ].join('\n'),
      remedy: 'give 193 or more, or take a smaller model'
    }
  ])
  t.is(checkMemoryLimit({ memoryMiB: 193 }, parts, machine), null)
  t.is(checkMemoryLimit({ memoryMiB: null }, parts, machine), null)
})

test('should warn of a machine that has less than the estimate', (t) => {
  const parts: readonly Part[] = [{ what: 'all', bytes: 500 * MEBI, shrink: null }]
  t.is(
    checkMemoryLimit({ memoryMiB: null }, parts, { free: 300 * MEBI, taken: 200 * MEBI }),
    null,
    'what it has already is its own'
  )
  const warning = checkMemoryLimit({ memoryMiB: 600 }, parts, {
    free: 100 * MEBI,
    taken: 200 * MEBI
  })
  t.regex(warning!, /about 500 MiB of memory, and the machine has 300 MiB left/)
})

test('should count checkpoints with one being written, records and the replica at the end', (t) => {
  const manifest = manifestOf()
  const checkpoint = { everySeconds: 100, keep: 3 }
  const parts = diskParts({ manifest, parameters: PARAMETERS, checkpoint, diagnostics: false })
  t.is(lineOf(parts, '3 checkpoints'), 4 * (5 * VECTOR + VECTOR))
  t.is(lineOf(parts, 'own deltas'), 4 * 400 * (0.01 * PARAMETERS * (9 / 8) + 256))
  t.is(lineOf(parts, 'at the end'), VECTOR)
  t.is(lineOf(parts, 'metrics'), 8 * MEBI)
  const gossip = diskParts({
    manifest: manifestOf({ strategy: { name: 'gossip-averaging' } }),
    parameters: PARAMETERS,
    checkpoint,
    diagnostics: false
  })
  t.is(lineOf(gossip, 'own deltas'), 0)
})

test('should hold the disk against the limit, and warn of one that is too full', (t) => {
  const parts: readonly Part[] = [{ what: 'all', bytes: 50 * MEBI, shrink: null }]
  const disk = { free: 10 * MEBI, taken: 20 * MEBI }
  t.throws(() => checkDiskLimit({ diskMiB: 49 }, parts, disk), {
    instanceOf: InvalidInputError,
    message: /limits\.diskMiB: 49 MiB are less than this peer takes, about 50 MiB/
  })
  t.regex(checkDiskLimit({ diskMiB: 50 }, parts, disk)!, /up to 50 MiB.*30 MiB left/)
  t.is(checkDiskLimit({ diskMiB: null }, parts, { ...disk, free: 30 * MEBI }), null)
  t.is(checkDiskLimit({ diskMiB: null }, parts, { ...disk, free: null }), null)
})

test('should take rates as thousands of bytes', (t) => {
  const limits = { memoryMiB: null, diskMiB: null, connections: 10, threads: null }
  t.deepEqual(ratesOf({ ...limits, uploadKBps: 1.5, downloadKBps: null }), { up: 1500, down: null })
})

test('should tell libraries how many threads they may use, where the operator has not', (t) => {
  const environment: Record<string, string> = { OMP_NUM_THREADS: '7' }
  limitThreads(null, environment)
  t.deepEqual(environment, { OMP_NUM_THREADS: '7' })
  limitThreads(2, environment)
  t.deepEqual(environment, {
    OMP_NUM_THREADS: '7',
    TF_NUM_INTRAOP_THREADS: '2',
    TF_NUM_INTEROP_THREADS: '2'
  })
})
