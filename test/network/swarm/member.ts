import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askPeer } from '../../../src/cli/control-client.ts'
import type { PeerStatus } from '../../../src/peer/monitor/status.ts'
import { type PeerSummary, peerSummarySchema } from '../../../src/storage/peer-summary.ts'
import type { Exit, Running } from '../../helpers/program.ts'
import type { Host } from '../harness/host.ts'
import { startOn } from './program.ts'

/** One peer on one host, through as many lives as it is given. */
export class Member {
  readonly name: string
  readonly host: Host
  readonly folder: string
  readonly state: string
  #running: Running | null = null
  /** How its lives have ended. */
  readonly exits: Exit[] = []
  #status: PeerStatus | null = null

  private constructor(name: string, host: Host, folder: string) {
    this.name = name
    this.host = host
    this.folder = folder
    this.state = join(folder, 'state')
  }

  /** `below`: where its folder is made. */
  static async at(host: Host, below: string, name = host.name): Promise<Member> {
    const folder = join(below, name)
    await mkdir(folder, { recursive: true })
    return new Member(name, host, folder)
  }

  start(...args: readonly string[]): void {
    this.#status = null
    const running = startOn(this.host, args, this.folder)
    this.#running = running
    void running.exit.then((exit) => {
      this.exits.push(exit)
      if (this.#running === running) this.#running = null
    })
  }

  /** `by`: a link, or the file of a swarm; `more`: of the command's flags. */
  join(by: string, ...more: readonly string[]): void {
    const outbound = this.host.access === 'outbound-only' ? ['--outbound-only'] : []
    const flags = ['--backend', 'wasm', '--yes', '--json', ...outbound, ...more]
    this.start('join', by, '--state', this.state, ...flags)
  }

  get running(): boolean {
    return this.#running !== null
  }

  /** What it said last, in this life or in the one that has just ended. */
  get status(): PeerStatus | null {
    return this.#status
  }

  /** Asks it. Null: it cannot be asked yet, or not any more. */
  async look(): Promise<PeerStatus | null> {
    const running = this.#running
    if (running === null) return null
    const body = await askPeer(this.state, '/status').catch(() => null)
    if (body === null || this.#running !== running) return null
    this.#status = JSON.parse(body.toString()) as PeerStatus
    return this.#status
  }

  /** kill -9 */
  kill(): Promise<Exit | null> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<Exit | null> {
    return this.#end('SIGTERM')
  }

  /** Changes its document, and lets it read that again. */
  async reload(fields: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(this.state, 'peer.json')
    const document = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...document, ...fields }))
    this.#running?.child.kill('SIGHUP')
  }

  /** Resolves when it has ended by itself; null: it has before. */
  async ended(): Promise<Exit | null> {
    return this.#running === null ? null : this.#running.exit
  }

  async summary(): Promise<PeerSummary> {
    const text = await readFile(join(this.state, 'summary.json'), 'utf8')
    return peerSummarySchema.parse(JSON.parse(text))
  }

  async #end(signal: NodeJS.Signals): Promise<Exit | null> {
    const running = this.#running
    if (running === null) return null
    running.child.kill(signal)
    return running.exit
  }
}
