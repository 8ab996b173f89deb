/** `swarmgrad peer` as an operator has it: a document, a state folder, a process, its log and its status. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { askPeer } from '../../src/cli/control-client.ts'
import type { PeerStatus } from '../../src/peer/monitor/status.ts'
import { controlAddress } from '../../src/storage/control-address.ts'
import { peerSummarySchema } from '../../src/storage/peer-summary.ts'
import type { RoundRecord } from '../../src/storage/round-record.ts'
import { writeData } from '../integration/cli-harness.ts'
import { DIGITS } from '../integration/peer-place.ts'
import { type Exit, type Running, startProgram, temporaryFolder } from './program.ts'

type Fields = Readonly<Record<string, unknown>>

export interface Home {
  readonly folder: string
  readonly config: string
  readonly state: string
}

/** Of the manifest and of the document around it, instead of what `homeFor` gives. */
export interface Changes {
  readonly manifest?: Fields
  readonly training?: Fields
  readonly strategy?: Fields
  readonly config?: Fields
}

/** Rounds that no test sees the end of. */
const ENDLESS = 4_000_000

const documentOf = ({ manifest, training, strategy, config }: Changes, data: string): Fields => ({
  manifest: {
    name: 'tested',
    shards: 1,
    layout: DIGITS.layout.hash,
    seed: 1,
    model: DIGITS.config,
    data: { name: 'mnist', partition: { kind: 'iid' } },
    training: { learningRate: 0.05, batch: 8, localSteps: 4, steps: ENDLESS, ...training },
    strategy: { name: 'delta-set', startPatienceMs: 0, intervalMs: 20, ...strategy },
    topology: { name: 'full' },
    ...manifest
  },
  shard: 0,
  listen: ['/ip4/127.0.0.1/tcp/0'],
  data: { path: data },
  checkpoint: { everySeconds: 1 },
  backend: 'wasm',
  evaluateEvery: 1000,
  http: null,
  ...config
})

/** Writes the document anew: `peer.json` of a swarm of one that trains until it is told to stop. */
export const configure = async (home: Home, changes: Changes = {}): Promise<void> => {
  const data = join(home.folder, 'data')
  await writeFile(home.config, JSON.stringify(documentOf(changes, data)))
}

/** A folder for a peer, gone after the test. */
export const homeFor = async (t: ExecutionContext, changes: Changes = {}): Promise<Home> => {
  const folder = await temporaryFolder(t)
  const home = { folder, config: join(folder, 'peer.json'), state: join(folder, 'state') }
  await mkdir(join(folder, 'data'))
  await writeData(join(folder, 'data'))
  await configure(home, changes)
  return home
}

export interface Line extends Record<string, unknown> {
  readonly level: number
  readonly msg: string
}

/** What is said on a stream, line by line, and who waits for it. */
class Lines<T> {
  readonly all: T[] = []
  readonly #looks = new Set<() => void>()
  #rest = ''

  constructor(stream: NodeJS.ReadableStream, parse: (line: string) => T) {
    stream.on('data', (text: Buffer) => {
      const lines = `${this.#rest}${text}`.split('\n')
      this.#rest = lines.pop()!
      this.all.push(...lines.map(parse))
      for (const look of this.#looks) look()
    })
  }

  /** The first from number `from` on that this is true of; rejects when the process ends without. */
  first(from: number, isIt: (line: T) => boolean, ended: Promise<Error>): Promise<T> {
    let next = from
    return new Promise((done, fail) => {
      const look = (): void => {
        while (next < this.all.length) {
          const line = this.all[next++]!
          if (!isIt(line)) continue
          this.#looks.delete(look)
          done(line)
          return
        }
      }
      this.#looks.add(look)
      look()
      void ended.then((error) => {
        look()
        fail(error)
      })
    })
  }
}

const parseLine = (text: string): Line => {
  try {
    return JSON.parse(text) as Line
  } catch {
    // What is said to people: why the program has ended.
    return { level: 0, msg: text }
  }
}

export class Daemon {
  readonly state: string
  readonly exit: Promise<Exit>
  readonly #running: Running
  readonly #log: Lines<Line>
  readonly #rounds: Lines<RoundRecord>
  #over = false

  constructor(running: Running, state: string) {
    this.#running = running
    this.state = state
    this.exit = running.exit
    void this.exit.then(() => {
      this.#over = true
    })
    this.#log = new Lines(running.child.stderr!, parseLine)
    this.#rounds = new Lines(running.child.stdout!, (line) => JSON.parse(line) as RoundRecord)
  }

  get pid(): number {
    return this.#running.child.pid!
  }

  get log(): readonly Line[] {
    return this.#log.all
  }

  /** The first line of the log, from number `from` on, that says this. */
  says(what: string | RegExp, from = 0): Promise<Line> {
    const isIt = ({ msg = '' }: Line): boolean =>
      typeof what === 'string' ? msg === what : what.test(msg)
    return this.#log.first(from, isIt, this.#endedBefore(`said ${what}`))
  }

  /** The record of that round, or of a later one. */
  round(number: number): Promise<RoundRecord> {
    const ended = this.#endedBefore(`completed round ${number}`)
    return this.#rounds.first(0, ({ round }) => round >= number, ended)
  }

  /** The next round that is completed from now on, or the one after `more` others. */
  nextRound(more = 0): Promise<RoundRecord> {
    const from = this.#rounds.all.length + more
    return this.#rounds.first(from, () => true, this.#endedBefore('completed another round'))
  }

  /** Resolves when it can be asked. */
  async answers(): Promise<void> {
    await this.says('control socket')
  }

  /** The body of an answer over the control socket, as JSON. */
  async ask<T>(path: string): Promise<T> {
    const body = await askPeer(this.state, path)
    if (body === null) throw new Error(`nobody answers at ${this.state}`)
    return JSON.parse(body.toString()) as T
  }

  status(): Promise<PeerStatus> {
    return this.ask<PeerStatus>('/status')
  }

  /** The first status that this is true of; looked at whenever the peer has news, once a second at least. */
  async statusOnce(isIt: (status: PeerStatus) => boolean): Promise<PeerStatus> {
    await this.answers()
    return new Promise((done, fail) => {
      let busy = false
      const look = async (): Promise<void> => {
        if (busy) return
        busy = true
        const status = await this.status()
        busy = false
        if (!isIt(status)) return
        events.destroy()
        done(status)
      }
      const events = get({ socketPath: controlAddress(this.state), path: '/events' })
      events.once('response', (news) => {
        news.on('data', () => void look().catch(fail))
        news.once('error', () => {})
      })
      events.once('error', fail)
      void this.#endedBefore('had that status').then(fail)
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#running.child.kill(name)
  }

  /** Asks it to end, and waits until it has. */
  stop(): Promise<Exit> {
    this.signal('SIGTERM')
    return this.exit
  }

  async #endedBefore(what: string): Promise<Error> {
    const { code, signal, stderr } = await this.exit
    return new Error(`ended with ${code ?? signal} before it had ${what}:\n${stderr}`)
  }

  get over(): boolean {
    return this.#over
  }
}

interface Start {
  readonly args?: readonly string[] | undefined
  readonly env?: NodeJS.ProcessEnv
}

export const startPeer = (
  t: ExecutionContext,
  { config, state, folder }: Home,
  { args = [], env = {} }: Start = {}
): Daemon =>
  new Daemon(
    startProgram(t, ['peer', '--config', config, '--json', ...args], { cwd: folder, env }),
    state
  )

/** Runs it to its end. */
export const runPeer = (t: ExecutionContext, home: Home, start?: Start): Promise<Exit> =>
  startPeer(t, home, start).exit

/** The replica's hash at the end of the last life. */
export const lastHash = async ({ state }: Pick<Home, 'state'>): Promise<string> => {
  const text = await readFile(join(state, 'summary.json'), 'utf8')
  const { replicaHash } = peerSummarySchema.parse(JSON.parse(text))
  if (replicaHash === null) throw new Error('the strategy has no such hash')
  return replicaHash
}
