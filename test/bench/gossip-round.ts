/**
 * What a round of delta-set costs beside a dense exchange (`npm run bench:gossip`, `--json` for the
 * figures alone): four processes, all linked with each other over TCP on loopback, a quadratic of ten
 * million parameters. The round is the daemon's own: a local step, choosing and coding a hundredth of
 * the elements, signing, keeping, sending, checking and applying four deltas. The dense exchange is
 * nothing but the transfer: every process sends its neighbours all parameters in fp32 over the same
 * kind of streams, and what they would do with them is left out.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDaemon } from '../../src/simulation/live/daemon.ts'
import { preparePeers } from '../../src/simulation/live/prepare.ts'
import { manifestOf } from '../../src/simulation/manifest-of.ts'
import { parseScenario, recipeOfScenario } from '../../src/simulation/scenario.ts'
import { openBench } from '../../src/training/bench.ts'
import type { DensePeerReport, DensePeerSetup } from './dense-peer.ts'

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/swarmgrad.js')
const PEERS = 4
const PARAMETERS = 10_000_000
const FP32 = 4
const ROUNDS = 16
/** Rounds and exchanges that find code and buffers cold. */
const WARM_UP = 3
const EXCHANGES = 9

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!

interface Rounds {
  readonly ms: number
  readonly bytesPerRound: number
  readonly measured: number
}

const prepare = async (peers: number, folder: string) => {
  const scenario = parseScenario({
    name: 'gossip-round',
    mode: 'live',
    peers,
    model: { name: 'quadratic', parameters: PARAMETERS },
    data: { name: 'none' },
    training: { learningRate: 0.1, batch: 1, localSteps: 1, steps: ROUNDS },
    strategy: { name: 'delta-set', density: 0.01 },
    topology: { name: 'full' },
    evaluateEvery: 10 * ROUNDS
  })
  const recipe = recipeOfScenario(scenario)
  const bench = await openBench({ recipe, dataPath: null, shards: peers, backend: 'cpu' })
  return preparePeers(scenario, manifestOf(scenario, bench.layout), null, folder)
}

/** Wall time from one completed round of a peer to its next. */
const rounds = async (peers: number): Promise<Rounds> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-bench-'))
  const times: number[] = []
  const bytes: number[] = []
  const daemons = (await prepare(peers, folder)).map(({ index, configFile }) => {
    const seen: Array<{ atMs: number; bytesSent: number }> = []
    return startDaemon({
      command: [process.execPath, PROGRAM],
      configFile,
      logFile: join(folder, `${index}.log`),
      onRecord: (record) => {
        const before = seen.at(-1)
        if (seen.push(record) <= WARM_UP || before === undefined) return
        times.push(record.atMs - before.atMs)
        bytes.push(record.bytesSent - before.bytesSent)
      }
    })
  })
  const endings = await Promise.all(daemons.map(({ ended }) => ended))
  if (endings.some(({ code }) => code !== 0)) throw new Error(`a peer failed: see ${folder}`)
  await rm(folder, { recursive: true })
  return { ms: median(times), bytesPerRound: median(bytes), measured: times.length }
}

const said = (child: ChildProcess, expected: DensePeerReport): Promise<void> =>
  new Promise((done, fail) => {
    child.once('exit', () => fail(new Error('a process has died')))
    child.once('message', (message) => {
      child.removeAllListeners('exit')
      if (message === expected) done()
      else fail(new Error(`${message} instead of ${expected}`))
    })
  })

const startDensePeers = async (folder: string): Promise<readonly ChildProcess[]> => {
  const prepared = await prepare(PEERS, folder)
  return Promise.all(
    prepared.map(async ({ configFile, state }) => {
      const { listen, peers } = JSON.parse(await readFile(configFile, 'utf8'))
      const setup: DensePeerSetup = {
        identitySeed: (await readFile(join(state, 'identity.key'))).toString('hex'),
        listen: listen[0],
        neighbours: peers.map((address: string) => [address.split('/').at(-1)!, address]),
        bytes: FP32 * PARAMETERS
      }
      return fork(join(import.meta.dirname, 'dense-peer.ts'), [JSON.stringify(setup)])
    })
  )
}

/** Wall time until everybody has everybody's replica. */
const denseMs = async (): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-bench-'))
  const children = await startDensePeers(folder)
  try {
    await Promise.all(children.map((child) => said(child, 'ready')))
    const times: number[] = []
    for (let exchange = 0; exchange < WARM_UP + EXCHANGES; exchange++) {
      const complete = Promise.all(children.map((child) => said(child, 'complete')))
      const began = performance.now()
      for (const child of children) child.send('exchange')
      await complete
      if (exchange >= WARM_UP) times.push(performance.now() - began)
    }
    return median(times)
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  }
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const alone = await rounds(1)
const swarm = await rounds(PEERS)
const dense = await denseMs()
const figures = {
  peers: PEERS,
  parameters: PARAMETERS,
  roundMs: swarm.ms,
  aloneRoundMs: alone.ms,
  denseExchangeMs: dense,
  ratio: dense / swarm.ms,
  roundBytes: swarm.bytesPerRound,
  denseBytes: (PEERS - 1) * FP32 * PARAMETERS,
  measured: { rounds: swarm.measured, aloneRounds: alone.measured, exchanges: EXCHANGES }
}
const print = (line: string): void => void process.stdout.write(`${line}\n`)
if (values.json) print(JSON.stringify(figures))
else {
  print(`${PEERS} live peers, ${PARAMETERS} parameters, all linked; medians, wall time`)
  print(`  a round of delta-set, top 1 %   ${figures.roundMs.toFixed(0).padStart(6)} ms`)
  print(`  the same of a peer alone        ${figures.aloneRoundMs.toFixed(0).padStart(6)} ms`)
  print(`  a dense fp32 exchange, bare     ${figures.denseExchangeMs.toFixed(0).padStart(6)} ms`)
  print(`  dense over round                ${figures.ratio.toFixed(2).padStart(6)}`)
  print(
    `  bytes sent by a peer: ${figures.roundBytes} a round, ${figures.denseBytes} dense ` +
      `(1/${(figures.denseBytes / figures.roundBytes).toFixed(0)})`
  )
}
