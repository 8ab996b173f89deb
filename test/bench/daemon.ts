/**
 * What a live swarm's daemons spend on computing and on everything else.
 *
 *     npm run bench:daemon -- --data FOLDER/input.txt [--peers 4] [--minutes 10] [--staleness 0]
 *
 * A character GPT of a million parameters, 30 local steps a round, every peer linked with every other one.
 * Reported as each peer's own status says it at the end (docs/operating.md, status fields).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { askPeer } from '../../src/cli/control-client.ts'
import type { PeerStatus } from '../../src/peer/monitor/status.ts'
import { MortalSwarm } from '../kills/mortal-swarm.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    peers: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '10' },
    staleness: { type: 'string', default: '0' }
  }
})
if (values.data === undefined) throw new Error('--data: the text to train on')
const minutes = Number(values.minutes)

const SCENARIO = {
  name: 'bench-daemon',
  seed: 1,
  mode: 'live',
  peers: Number(values.peers),
  model: { name: 'gpt', layers: 5, heads: 4, width: 128, context: 64 },
  data: { name: 'text', path: null, partition: { kind: 'iid' } },
  training: {
    optimizer: { name: 'adam', beta1: 0.5, beta2: 0.95 },
    learningRate: 0.001,
    batch: 8,
    localSteps: 30,
    steps: 100_000_000
  },
  strategy: { name: 'delta-set', staleness: Number(values.staleness) },
  topology: { name: 'full' },
  evaluateEvery: 1000
}

const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-bench-'))
const swarm = await MortalSwarm.prepare(SCENARIO, folder, resolve(values.data))
try {
  for (const { index } of swarm.peers) swarm.start(index)
  for (let minute = 0; minute < minutes; minute++) {
    await sleep(60_000)
    process.stderr.write(`minute ${minute + 1} of ${minutes}\n`)
  }
  for (const { index, state } of swarm.peers) {
    const status: PeerStatus = JSON.parse(String(await askPeer(state, '/status')))
    const { time, memory, round, model, links, bytes } = status
    const percent = (share: number | null): string =>
      share === null ? 'unknown' : `${(100 * share).toFixed(1)} %`
    process.stdout.write(
      `peer ${index}: ${model.parameters} parameters, ${links.up} links, ${round} rounds; ` +
        `computing ${percent(time.computeUtilisation)} of the time, all else ` +
        `${percent(time.overheadUtilisation)} of a core; event loop p99 ${time.loopDelayMs.p99.toFixed(1)} ms; ` +
        `${(memory.rssBytes / 1e6).toFixed(0)} MB; ${(bytes.upRate / 1000).toFixed(1)} kB/s up\n`
    )
  }
} finally {
  swarm.killAll()
}
await rm(folder, { recursive: true, force: true })
