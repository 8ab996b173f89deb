/**
 * What ring-all-reduce costs beside a bare ring (`npm run bench:ring`, `-- --json` for the figures
 * alone): four daemons on loopback, a quadratic of ten million parameters, against four processes that
 * do the same sums over `node:net` (plain-ring-peer.ts), one after the other. Bytes are of frames, by the
 * daemons' own counters. CPU time is that of whole processes, all their threads, between two steps.
 * Linux only: it is read from /proc.
 */
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDaemon } from '../../src/simulation/live/daemon.ts'
import { freePorts } from '../../src/simulation/live/ports.ts'
import { preparePeers } from '../../src/simulation/live/prepare.ts'
import { manifestOf } from '../../src/simulation/manifest-of.ts'
import { parseScenario, recipeOfScenario } from '../../src/simulation/scenario.ts'
import { ringOptionsSchema } from '../../src/strategy/ring-all-reduce/options.ts'
import { openBench } from '../../src/training/bench.ts'
import type { PlainRingReport, PlainRingSetup } from './plain-ring-peer.ts'

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/swarmgrad.js')
const PEERS = 4
const FP32 = 4
/** Steps that find code and buffers cold. */
const WARM_UP = 4

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    parameters: { type: 'string', default: '10000000' },
    steps: { type: 'string', default: '16' },
    bucket: { type: 'string' }
  }
})
const parameters = Number(values.parameters)
const steps = Number(values.steps)
const strategy = {
  name: 'ring-all-reduce',
  ...(values.bucket === undefined ? {} : { bucketBytes: Number(values.bucket) })
}
const { bucketBytes } = ringOptionsSchema.parse(strategy)
const measured = steps - WARM_UP

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length

/** Of a process with all its threads, in milliseconds: ticks are hundredths of a second. */
const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

/** The most memory that a process has had, in bytes. */
const peakOf = (pid: number): number =>
  1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])

interface Figures {
  /** Each of a peer and step. */
  readonly cpuMs: number
  readonly wallMs: number
  readonly bytes: number
  readonly peakBytes: number
}

const meanOf = (all: readonly Figures[]): Figures => ({
  cpuMs: mean(all.map(({ cpuMs }) => cpuMs)),
  wallMs: mean(all.map(({ wallMs }) => wallMs)),
  bytes: mean(all.map(({ bytes }) => bytes)),
  peakBytes: mean(all.map(({ peakBytes }) => peakBytes))
})

const live = async (): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-bench-'))
  const scenario = parseScenario({
    name: 'ring',
    mode: 'live',
    peers: PEERS,
    model: { name: 'quadratic', parameters },
    data: { name: 'none' },
    training: { learningRate: 0.1, batch: 1, localSteps: 1, steps },
    strategy,
    topology: { name: 'full' },
    evaluateEvery: 10 * steps
  })
  const recipe = recipeOfScenario(scenario)
  const bench = await openBench({ recipe, dataPath: null, shards: PEERS, backend: 'cpu' })
  const peers = await preparePeers(scenario, manifestOf(scenario, bench.layout), null, folder)
  const figures: Figures[] = []
  const daemons = await Promise.all(
    peers.map(async ({ index, configFile }) => {
      // No checkpoint falls into the steps that are measured.
      const config = JSON.parse(await readFile(configFile, 'utf8'))
      await writeFile(configFile, JSON.stringify({ ...config, checkpoint: { everySeconds: 3600 } }))
      const logFile = join(folder, `${index}.log`)
      let start: { cpu: number; at: number; bytes: number } | null = null
      return startDaemon({
        command: [process.execPath, PROGRAM],
        configFile,
        logFile,
        onRecord: ({ round, atMs, bytesSent }) => {
          const { pid } = JSON.parse(readFileSync(logFile, 'utf8').split('\n')[0]!)
          if (round === WARM_UP - 1) start = { cpu: cpuOf(pid), at: atMs, bytes: bytesSent }
          if (round !== steps - 1 || start === null) return
          figures.push({
            cpuMs: (cpuOf(pid) - start.cpu) / measured,
            wallMs: (atMs - start.at) / measured,
            bytes: (bytesSent - start.bytes) / measured,
            peakBytes: peakOf(pid)
          })
        }
      })
    })
  )
  const endings = await Promise.all(daemons.map(({ ended }) => ended))
  if (endings.some(({ code }) => code !== 0) || figures.length < PEERS) {
    throw new Error(`a peer failed: see ${folder}`)
  }
  await rm(folder, { recursive: true })
  return meanOf(figures)
}

const plain = async (): Promise<Figures> => {
  const ports = await freePorts(PEERS)
  const bucket = bucketBytes / FP32
  const children = ports.map((_, place) => {
    const setup: PlainRingSetup = { place, ports, parameters, bucket, steps, warmUp: WARM_UP }
    return fork(join(import.meta.dirname, 'plain-ring-peer.ts'), [JSON.stringify(setup)])
  })
  const said = (): Promise<unknown[]> =>
    Promise.all(children.map((child) => new Promise((done) => child.once('message', done))))
  await said()
  const reports = said()
  for (const child of children) child.send('begin')
  const all = (await reports) as PlainRingReport[]
  return meanOf(
    all.map(({ cpuMs, wallMs, bytes, peakBytes }) => ({
      ...{ cpuMs: cpuMs / measured, wallMs: wallMs / measured, bytes: bytes / measured },
      peakBytes
    }))
  )
}

const bare = await plain()
const daemons = await live()
const theory = ((2 * (PEERS - 1)) / PEERS) * FP32 * parameters
const figures = {
  ...{ peers: PEERS, parameters, bucketBytes, steps: measured, theory },
  live: daemons,
  plain: bare,
  bytesOverTheory: daemons.bytes / theory,
  cpuOverPlain: daemons.cpuMs / bare.cpuMs
}
const print = (line: string): void => void process.stdout.write(`${line}\n`)
if (values.json) print(JSON.stringify(figures))
else {
  const row = (name: string, { bytes, cpuMs, wallMs, peakBytes }: Figures): void => {
    const times =
      `${cpuMs.toFixed(0).padStart(7)} ms CPU ${wallMs.toFixed(0).padStart(7)} ms` +
      `${(peakBytes / 1e6).toFixed(0).padStart(7)} MB of memory`
    print(`  ${name.padEnd(18)}${(bytes / 1e6).toFixed(3).padStart(9)} MB ${times}`)
  }
  print(`${PEERS} peers, ${parameters} parameters; of a peer and step, mean of ${measured} steps`)
  row('ring-all-reduce', daemons)
  row('plain node:net', bare)
  print(`  bytes over theory  ${figures.bytesOverTheory.toFixed(4).padStart(8)}`)
  print(`  CPU over plain     ${figures.cpuOverPlain.toFixed(2).padStart(8)}`)
}
