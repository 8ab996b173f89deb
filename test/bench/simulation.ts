/**
 * How fast the simulator is, as ratios and rates within one run (`npm run bench:simulation`): what a
 * swarm costs beside its gradients, how many peers it moves a second, and whether that depends on how
 * many there are. Every part runs in a process of its own, one after the other; where the processor's
 * time is given, a machine that is busy with other things tells the same. Writes
 * docs/images/cost-per-peer.svg.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Cost, costPlot } from './cost-plot.ts'
import type { MnistOverhead } from './mnist-overhead.ts'
import type { Part } from './part.ts'
import type { QuadraticTimes } from './quadratic-swarm.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PLOT = join(ROOT, 'docs/images/cost-per-peer.svg')
const MNIST = join(process.env['SWARMGRAD_DATA'] ?? join(ROOT, '../shared/data'), 'mnist')
/** A quarter of the scenario's, whose start weighs a little more: half a minute instead of two. */
const MNIST_STEPS = 400

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

const measure = async <T>(part: Part): Promise<T> => {
  const program = join(import.meta.dirname, 'part.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(part)])
  return JSON.parse(stdout)
}

const mnist = async (): Promise<void> => {
  print('mnist-16: the run without evaluation against its bare gradients, processor time')
  if (!existsSync(MNIST)) {
    print(`  left out: there is no ${MNIST} (SWARMGRAD_DATA names the folder above mnist)`)
    return
  }
  const part: Part = { kind: 'mnist', folder: MNIST, steps: MNIST_STEPS }
  const result = await measure<MnistOverhead>(part)
  const { runSeconds, gradientSeconds, gradients, exchangeSides } = result
  const gradientMs = (1000 * gradientSeconds) / gradients
  print(`  ratio ${(runSeconds / gradientSeconds).toFixed(2)}; shares of the gradients' time:`)
  for (const [name, seconds] of Object.entries(result.parts)) {
    print(`    ${name.padEnd(26)} ${(seconds / gradientSeconds).toFixed(3)}`)
  }
  const { encode = 0, mix = 0 } = result.parts
  const sideMs = (1000 * (encode + mix)) / exchangeSides
  print(`  ${gradients} gradients, ${gradientMs.toFixed(2)} ms each`)
  print(`  ${exchangeSides} sides of exchanges, ${sideMs.toFixed(2)} ms to encode and mix each`)
  print(`  left out: evaluation, ${result.evaluationSeconds.toFixed(2)} s a replica`)
}

interface Swarms {
  readonly times: readonly QuadraticTimes[]
  readonly peakBytes: number
}

const RATE = { peers: 1000, parameters: 10_000, rounds: 20 }

const rate = async (localSteps: number): Promise<void> => {
  const swarm = { ...RATE, localSteps }
  const { times, peakBytes } = await measure<Swarms>({
    kind: 'quadratics',
    swarm,
    warmUp: null,
    repeats: 1
  })
  const { firstRound, otherRounds } = times[0]!
  const updates = RATE.peers * RATE.rounds
  const perWall = updates / (firstRound.wall + otherRounds.wall)
  const perProcessor = updates / (firstRound.processor + otherRounds.processor)
  const later = (updates - RATE.peers) / otherRounds.processor
  print(
    `  ${localSteps} local steps: ${perWall.toFixed(0)} a second on the wall, ${perProcessor.toFixed(0)} ` +
      `of the processor (${later.toFixed(0)} after the first round); ` +
      `peak memory ${(peakBytes / 1e9).toFixed(2)} GB`
  )
}

const SIZES = [64, 256, 1024, 4096]
const COST = { parameters: 64, localSteps: 1, rounds: 12 }

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!

const cost = async (peers: number): Promise<Cost> => {
  const { times } = await measure<Swarms>({
    kind: 'quadratics',
    swarm: { ...COST, peers },
    warmUp: { ...COST, peers: 256, rounds: 30 },
    repeats: Math.max(3, Math.ceil(4096 / peers))
  })
  const updates = peers * (COST.rounds - 1)
  const micros = times.map(({ otherRounds }) => (1e6 * otherRounds.processor) / updates)
  return { peers, micros: median(micros) }
}

await mnist()
print()
print(
  `peer-updates, ${RATE.peers} quadratics of ${RATE.parameters} parameters, ${RATE.rounds} rounds`
)
for (const localSteps of [1, 8]) await rate(localSteps)
print()
print(`processor time per peer and round, ${COST.parameters} parameters, after the first round`)
const costs: Cost[] = []
for (const peers of SIZES) {
  const measured = await cost(peers)
  print(`  ${String(peers).padStart(5)} peers ${measured.micros.toFixed(0).padStart(5)} us`)
  costs.push(measured)
}
await mkdir(dirname(PLOT), { recursive: true })
await writeFile(PLOT, costPlot(costs))
print(`  plotted in ${relative(ROOT, PLOT)}`)
