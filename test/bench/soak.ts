/**
 * A live swarm that is left running: does memory grow, does the event loop stay quick?
 *
 *     npm run soak -- [--minutes 60] [--warm-up 10] [--out FOLDER]
 *
 * Four daemons train; the fourth leaves after every five minutes and comes back. The other three are asked
 * every ten seconds over their control sockets. Exit 1 where resident memory has grown by 2 % or more.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { askPeer } from '../../src/cli/control-client.ts'
import type { PeerStatus } from '../../src/peer/monitor/status.ts'
import { MortalSwarm } from '../kills/mortal-swarm.ts'
import { linesPlot } from './lines-plot.ts'

const STAYING = [0, 1, 2]
const COMING_AND_GOING = 3
const EVERY_S = 10
const STAY_S = 300
const LIMIT = 0.02
const MEGA = 1e6

const SCENARIO = {
  name: 'soak',
  seed: 1,
  mode: 'live',
  peers: 4,
  model: { name: 'mlp', hidden: [128] },
  data: { name: 'glyphs', partition: { kind: 'dirichlet', alpha: 0.5 } },
  training: { learningRate: 0.02, batch: 32, localSteps: 8, steps: 100_000_000 },
  strategy: { name: 'delta-set', intervalMs: 250 },
  topology: { name: 'full' },
  evaluateEvery: 100
}

interface Sample {
  readonly minute: number
  readonly rssBytes: number
  readonly loopMeanMs: number
  readonly loopP99Ms: number
  readonly round: number
  readonly overhead: number | null
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    'warm-up': { type: 'string', default: '10' },
    out: { type: 'string', default: 'runs/soak' }
  }
})
const minutes = Number(values.minutes)
const warmUp = Number(values['warm-up'])

const statusOf = async (state: string): Promise<PeerStatus | null> => {
  const text = await askPeer(state, '/status').catch(() => null)
  return text === null ? null : JSON.parse(text.toString())
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, value) => sum + value, 0) / numbers.length

/** Of the last sixth of the time against the first, after the warm-up. */
const growthOf = (samples: readonly Sample[]): number => {
  const measured = samples.filter(({ minute }) => minute >= warmUp)
  const part = Math.max(1, Math.floor(measured.length / 6))
  const rss = measured.map(({ rssBytes }) => rssBytes)
  return mean(rss.slice(-part)) / mean(rss.slice(0, part)) - 1
}

const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-soak-'))
const swarm = await MortalSwarm.prepare(SCENARIO, folder, null)
const samples = STAYING.map((): Sample[] => [])
try {
  for (const { index } of swarm.peers) swarm.start(index)
  const began = performance.now()
  const elapsed = (): number => (performance.now() - began) / 1000
  let turn = elapsed()
  let away = false
  while (elapsed() < minutes * 60) {
    await sleep(1000 * EVERY_S)
    if (elapsed() - turn > STAY_S) {
      turn = elapsed()
      if (away) swarm.start(COMING_AND_GOING)
      else await swarm.stop(COMING_AND_GOING)
      away = !away
    }
    for (const peer of STAYING) {
      const status = await statusOf(swarm.peers[peer]!.state)
      if (status === null) throw new Error(`peer ${peer} does not answer`)
      const { memory, time, round } = status
      samples[peer]!.push({
        minute: Number((elapsed() / 60).toFixed(2)),
        rssBytes: memory.rssBytes,
        loopMeanMs: time.loopDelayMs.mean,
        loopP99Ms: time.loopDelayMs.p99,
        round,
        overhead: time.overheadUtilisation
      })
    }
    const rss = samples.map((of) => `${(of.at(-1)!.rssBytes / MEGA).toFixed(0)} MB`).join(', ')
    const left = Math.max(0, minutes - elapsed() / 60)
    process.stderr.write(`minute ${(elapsed() / 60).toFixed(1)}: ${rss}; ${left.toFixed(0)} left\n`)
  }
} finally {
  swarm.killAll()
}

const growth = samples.map(growthOf)
const result = {
  command: `npm run soak -- --minutes ${minutes} --warm-up ${warmUp}`,
  seed: SCENARIO.seed,
  node: process.version,
  processor: `${cpus()[0]?.model}, ${availableParallelism()} threads`,
  limit: LIMIT,
  peers: samples.map((of, peer) => ({
    peer,
    growth: growth[peer],
    rssMB: of.at(-1)!.rssBytes / MEGA,
    loopP99Ms: mean(of.filter(({ minute }) => minute >= warmUp).map(({ loopP99Ms }) => loopP99Ms)),
    rounds: of.at(-1)!.round,
    samples: of
  }))
}
const plot = (title: string, value: (sample: Sample) => number): string =>
  linesPlot({
    title,
    xLabel: 'minutes',
    from: warmUp,
    lines: samples.map((of, peer) => ({
      name: `peer ${peer}`,
      points: of.map((sample) => [sample.minute, value(sample)] as const)
    }))
  })
await mkdir(values.out, { recursive: true })
await writeFile(join(values.out, 'result.json'), `${JSON.stringify(result)}\n`)
await writeFile(
  join(values.out, 'rss.svg'),
  plot('resident memory, MB', ({ rssBytes }) => rssBytes / MEGA)
)
await writeFile(
  join(values.out, 'loop-delay.svg'),
  plot('event-loop delay, 99th percentile of ten seconds, ms', ({ loopP99Ms }) => loopP99Ms)
)
for (const [peer, grown] of growth.entries()) {
  process.stdout.write(`peer ${peer}: ${(100 * grown).toFixed(2)} % growth\n`)
}
await rm(folder, { recursive: true, force: true })
if (growth.some((grown) => grown >= LIMIT)) process.exitCode = 1
