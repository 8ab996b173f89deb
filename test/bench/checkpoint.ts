/**
 * How long a checkpoint of a million parameters (five vectors, and a log of 4 MB) takes, for how long it
 * holds up the event loop at a time, and what it costs the records that are kept meanwhile.
 * Usage: node test/bench/checkpoint.ts [FOLDER]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { StateStore } from '../../src/storage/state-store.ts'
import { layoutOf } from '../../src/vector/layout.ts'

const PARAMETERS = 1_000_000
const CHECKPOINTS = 20
const OWNER = { manifest: 'ab'.repeat(32), self: 'bench' }
const LAYOUT = layoutOf([{ name: 'kernel', shape: [1000, 1000] }])

const vector = (seed: number) => Float32Array.from({ length: PARAMETERS }, (_, i) => i / seed)
const record = (round: number) => ({
  kind: 'checkpoint' as const,
  round,
  log: new Uint8Array(4_000_000).fill(round),
  compute: {
    vectors: {
      replica: vector(1),
      base: Int32Array.from(vector(2)),
      residual: vector(3),
      'trainer/first': vector(4),
      'trainer/second': vector(5)
    },
    data: null
  }
})

/** Milliseconds that each record takes while `busy` is under way. */
const appendBeside = async (append: () => Promise<void>, busy: Promise<unknown>) => {
  let done = false
  busy.finally(() => {
    done = true
  })
  const times: number[] = []
  while (!done) {
    const start = performance.now()
    await append()
    times.push(performance.now() - start)
  }
  return times
}

const spread = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1)
  return `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`
}

const [place = tmpdir()] = process.argv.slice(2)
const folder = await mkdtemp(join(place, 'swarmgrad-bench-'))
const delays = monitorEventLoopDelay({ resolution: 1 })
try {
  const { store } = await StateStore.open(folder, OWNER, { layout: LAYOUT, keep: 2 })
  const own = { kind: 'own', body: new Uint8Array(14_000) }
  const append = () => store.append(own)
  await append()
  const alone = await appendBeside(append, new Promise((resolve) => setTimeout(resolve, 2000)))
  const [whole, beside, longest]: [number[], number[], number[]] = [[], [], []]
  for (let round = 1; round <= CHECKPOINTS; round++) {
    const checkpoint = record(round)
    await new Promise((resolve) => setTimeout(resolve, 100))
    delays.enable()
    delays.reset()
    const start = performance.now()
    const written = store.checkpoint(checkpoint)
    beside.push(...(await appendBeside(append, written)))
    whole.push(performance.now() - start)
    delays.disable()
    longest.push(delays.max / 1e6)
  }
  process.stdout.write(
    `checkpoint of ${PARAMETERS} parameters, 5 vectors, 4 MB of log: ${spread(whole)}\n` +
      `event loop held up, longest of each: ${spread(longest)}\n` +
      `record of 14 kB, alone: ${spread(alone)}\n` +
      `record of 14 kB, beside a checkpoint: ${spread(beside)}\n`
  )
  await store.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}
