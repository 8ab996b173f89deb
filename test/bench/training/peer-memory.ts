import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunFailedError } from '../../../src/errors.ts'
import { type Memory, memoryOf } from './memory.ts'
import { mean } from './summary.ts'

/** Memory of live peer processes on one machine, in bytes. */
export interface PeerMemory {
  readonly peers: number
  /** The most that a process had, over the peers: its largest and its mean. */
  readonly largest: number
  readonly mean: number
  /** The most that all had at one look. */
  readonly together: number
}

const ROOT = join(import.meta.dirname, '../../..')
const PEERS = 8
const LOOK = 200 // milliseconds

/** The quickstart with the benchmark's mlp and batch. */
const scenario = async (): Promise<object> => {
  const text = await readFile(join(ROOT, 'simulations/quickstart/scenario.json'), 'utf8')
  const quickstart = JSON.parse(text)
  return {
    ...quickstart,
    name: 'peer-memory',
    peers: PEERS,
    model: { name: 'mlp', hidden: [256, 128] },
    training: { ...quickstart.training, batch: 64, steps: 800 },
    baselines: []
  }
}

/** Of a process, by what /proc says now. */
const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, 'm').test(
          readFileSync(`/proc/${name}/status`, 'utf8')
        )
      } catch {
        return false // it has ended in between
      }
    })
    .map(Number)

/** What was seen of some processes over time. */
export class Sightings {
  readonly #peaks = new Map<number, number>()
  #together = 0

  add(seen: ReadonlyMap<number, Memory>): void {
    let together = 0
    for (const [pid, { resident, peak }] of seen) {
      this.#peaks.set(pid, Math.max(peak, this.#peaks.get(pid) ?? 0))
      together += resident
    }
    this.#together = Math.max(together, this.#together)
  }

  get summary(): PeerMemory {
    const peaks = [...this.#peaks.values()]
    return {
      peers: peaks.length,
      largest: Math.max(...peaks),
      mean: mean(peaks),
      together: this.#together
    }
  }
}

/** Runs a live swarm and looks at its processes; null where the system has no /proc. */
export const measurePeers = async (): Promise<PeerMemory | null> => {
  if (memoryOf(process.pid) === null) return null
  const folder = await mkdtemp(join(tmpdir(), 'training-'))
  try {
    const file = join(folder, 'scenario.json')
    await writeFile(file, JSON.stringify(await scenario()))
    const program = join(ROOT, 'src/cli/swarmgrad.js')
    const args = [program, 'simulate', file, '--live', '--json', '--out', join(folder, 'run')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let last = ''
    child.stderr.on('data', (text: Buffer) => {
      last = text.toString().trim()
    })
    const sightings = new Sightings()
    const timer = setInterval(() => {
      const entries = childrenOf(child.pid!).map((pid) => [pid, memoryOf(pid)] as const)
      sightings.add(
        new Map(entries.filter((entry): entry is [number, Memory] => entry[1] !== null))
      )
    }, LOOK)
    const [code] = await once(child, 'close')
    clearInterval(timer)
    if (code !== 0) throw new RunFailedError(`the live swarm ended with code ${code}: ${last}`)
    return sightings.summary
  } finally {
    await rm(folder, { recursive: true })
  }
}
