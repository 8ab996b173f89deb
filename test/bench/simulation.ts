/**
 * How fast the simulator is, as ratios and rates within one run (`npm run bench:simulation`): what a
 * swarm costs beside its gradients, how many peers it moves a second, and whether that depends on how
 * many there are. Every part runs in a process of its own, one after the other. Writes
 * docs/images/cost-per-peer.svg.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Cost, costPlot } from './cost-plot.ts'
import type { MnistOverhead } from './mnist-overhead.ts'
import type { Part } from './part.ts'
import type { QuadraticTimes } from './quadratic-swarm.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PLOT = join(ROOT, 'docs/images/cost-per-peer.svg')
const MNIST = join(process.env['SWARMGRAD_DATA'] ?? join(ROOT, '../shared/data'), 'mnist')
/** A quarter of the scenario's: the ratio stays the same, and it takes half a minute. */
const MNIST_STEPS = 400

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

const measure = async <T>(part: Part): Promise<T> => {
  const program = join(import.meta.dirname, 'part.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(part)])
  return JSON.parse(stdout)
}

const mnist = async (): Promise<void> => {
  print('mnist-16: the whole run against its gradients')
  if (!existsSync(MNIST)) {
    print(`  left out: there is no ${MNIST} (SWARMGRAD_DATA names another folder above mnist)`)
    return
  }
  const part: Part = { kind: 'mnist', folder: MNIST, steps: MNIST_STEPS }
  const result = await measure<MnistOverhead>(part)
  const { runSeconds, gradientSeconds, gradients, exchangeSides } = result
  const stepMs = (1000 * gradientSeconds) / gradients
  print(`  run without evaluation   ${runSeconds.toFixed(1)} s (${MNIST_STEPS} steps of 16 peers)`)
  print(
    `  ${gradients} bare gradients   ${gradientSeconds.toFixed(1)} s, ${stepMs.toFixed(2)} ms each`
  )
  print(`  ratio                    ${(runSeconds / gradientSeconds).toFixed(2)}`)
  for (const [name, seconds] of Object.entries(result.parts)) {
    const share = seconds / gradientSeconds
    print(`    ${name.padEnd(26)} ${seconds.toFixed(2).padStart(7)} s  ${share.toFixed(3)}`)
  }
  const { encode = 0, mix = 0 } = result.parts
  const sideMs = (1000 * (encode + mix)) / exchangeSides
  print(`  encoding and mixing      ${sideMs.toFixed(2)} ms a side of an exchange`)
  print(`  evaluation, left out     ${result.evaluationSeconds.toFixed(2)} s a replica`)
}

interface Swarms {
  readonly times: readonly QuadraticTimes[]
  readonly peakBytes: number
}

const RATE = { peers: 1000, parameters: 10_000, rounds: 20 }

const rate = async (localSteps: number): Promise<void> => {
  const { peers, rounds } = RATE
  const part: Part = {
    kind: 'quadratics',
    swarm: { ...RATE, localSteps },
    warmUp: null,
    repeats: 1
  }
  const { times, peakBytes } = await measure<Swarms>(part)
  const { firstRoundSeconds, otherSeconds } = times[0]!
  const all = (peers * rounds) / (firstRoundSeconds + otherSeconds)
  const later = (peers * (rounds - 1)) / otherSeconds
  print(
    `  ${String(localSteps).padStart(2)} local steps: ${all.toFixed(0)} peer-updates/s over ${rounds} rounds, ` +
      `${later.toFixed(0)} after the first; peak memory ${(peakBytes / 1e9).toFixed(2)} GB`
  )
}

const SIZES = [64, 256, 1024, 4096]
const COST = { parameters: 64, localSteps: 1, rounds: 12 }

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!

const cost = async (peers: number): Promise<Cost> => {
  const part: Part = {
    kind: 'quadratics',
    swarm: { ...COST, peers },
    warmUp: { ...COST, peers: 256, rounds: 30 },
    repeats: 5
  }
  const { times } = await measure<Swarms>(part)
  const updates = peers * (COST.rounds - 1)
  return { peers, micros: median(times.map(({ otherSeconds }) => (1e6 * otherSeconds) / updates)) }
}

await mnist()
print()
print(`${RATE.peers} quadratics of ${RATE.parameters} parameters, int4, four neighbours`)
for (const localSteps of [1, 8]) await rate(localSteps)
print()
print(`cost per peer and round, ${COST.parameters} parameters, after the first round`)
const costs: Cost[] = []
for (const peers of SIZES) {
  const measured = await cost(peers)
  print(`  ${String(peers).padStart(5)} peers  ${measured.micros.toFixed(0).padStart(5)} us`)
  costs.push(measured)
}
await mkdir(dirname(PLOT), { recursive: true })
await writeFile(PLOT, costPlot(costs))
print(`  plotted in ${PLOT}`)
