/** A live swarm of daemons that are killed and started again. */
import { watch } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, type Ending, startDaemon } from '../../src/simulation/live/daemon.ts'
import { type PreparedPeer, preparePeers } from '../../src/simulation/live/prepare.ts'
import { manifestOf } from '../../src/simulation/manifest-of.ts'
import { parseScenario, recipeOfScenario, type Scenario } from '../../src/simulation/scenario.ts'
import { type LatestCheckpoint, readLatestCheckpoint } from '../../src/storage/latest-checkpoint.ts'
import { type PeerSummary, peerSummarySchema } from '../../src/storage/peer-summary.ts'
import { openBench } from '../../src/training/bench.ts'
import { PROGRAM } from '../helpers/program.ts'

/** One process of a peer. */
interface Life {
  readonly daemon: Daemon
  readonly logFile: string
}

/** Where the next round, or the next file of a checkpoint, is waited for. */
type Look = () => void

export class MortalSwarm {
  readonly peers: readonly PreparedPeer[]
  readonly #folder: string
  readonly #lives: Life[][]
  readonly #rounds: number[]
  readonly #looks = new Set<Look>()

  private constructor(folder: string, peers: readonly PreparedPeer[]) {
    this.#folder = folder
    this.peers = peers
    this.#lives = peers.map(() => [])
    this.#rounds = peers.map(() => 0)
  }

  /** `config`: fields of the peers' own documents. */
  static async prepare(
    document: unknown,
    folder: string,
    dataPath: string | null,
    config: Readonly<Record<string, unknown>> = {}
  ): Promise<MortalSwarm> {
    const scenario: Scenario = parseScenario(document)
    const recipe = recipeOfScenario(scenario)
    const bench = await openBench({ recipe, dataPath, shards: scenario.peers, backend: 'wasm' })
    const manifest = manifestOf(scenario, bench.layout)
    bench.dispose()
    const peers = await preparePeers(scenario, manifest, dataPath, folder)
    for (const { configFile } of peers) {
      const document = JSON.parse(await readFile(configFile, 'utf8'))
      await writeFile(configFile, JSON.stringify({ ...document, ...config }))
    }
    return new MortalSwarm(folder, peers)
  }

  start(peer: number): void {
    const lives = this.#lives[peer]!
    const logFile = join(this.#folder, `${peer}-${lives.length + 1}.log`)
    const daemon = startDaemon({
      command: [process.execPath, PROGRAM],
      configFile: this.peers[peer]!.configFile,
      logFile,
      onRecord: () => {
        this.#rounds[peer]!++
        for (const look of this.#looks) look()
      }
    })
    lives.push({ daemon, logFile })
  }

  /** Rounds that the peer has completed, in all its lives. */
  rounds(peer: number): number {
    return this.#rounds[peer]!
  }

  /** Resolves at the end of the peer's next round; rejects where it ends before that. */
  nextRound(peer: number): Promise<void> {
    const before = this.#rounds[peer]!
    const { daemon, logFile } = this.#lives[peer]!.at(-1)!
    return new Promise((done, fail) => {
      const look = (): void => {
        if (this.#rounds[peer]! === before) return
        this.#looks.delete(look)
        done()
      }
      this.#looks.add(look)
      void daemon.ended.then((ending) => {
        this.#looks.delete(look)
        fail(new Error(`peer ${peer} has ended: ${JSON.stringify(ending)}, see ${logFile}`))
      })
    })
  }

  /** Resolves as soon as something of the peer's next checkpoint has been written. */
  async checkpointBegins(peer: number): Promise<void> {
    const folder = await this.#checkpointFolder(peer)
    await new Promise<void>((done) => {
      const watcher = watch(folder, (_, name) => {
        if (name?.endsWith('.part') !== true) return
        watcher.close()
        done()
      })
    })
  }

  async #checkpointFolder(peer: number): Promise<string> {
    const place = join(this.peers[peer]!.state, 'checkpoints')
    const [owner] = await readdir(place)
    return join(place, owner!)
  }

  /** True while a checkpoint is half-way to the disk. */
  async isWriting(peer: number): Promise<boolean> {
    const names = await this.#checkpointFolder(peer).then(
      (folder) => readdir(folder),
      () => []
    )
    return names.some((name) => name.endsWith('.part'))
  }

  /** kill -9 */
  async kill(peer: number): Promise<Ending> {
    const { daemon } = this.#lives[peer]!.at(-1)!
    daemon.kill()
    return daemon.ended
  }

  /** Asks it to end cleanly. */
  stop(peer: number): Promise<Ending> {
    const { daemon } = this.#lives[peer]!.at(-1)!
    daemon.stop()
    return daemon.ended
  }

  killAll(): void {
    for (const lives of this.#lives) lives.at(-1)?.daemon.kill()
  }

  /** How the latest life of each peer ends by itself. */
  endings(): Promise<readonly Ending[]> {
    return Promise.all(this.#lives.map((lives) => lives.at(-1)!.daemon.ended))
  }

  /** Throws where there are checkpoints and none can be read. */
  checkpoint(peer: number): Promise<LatestCheckpoint | null> {
    return readLatestCheckpoint(this.peers[peer]!.state)
  }

  /** The JSON lines that the peer's latest life, or the one `back` before it, has logged. */
  async log(peer: number, back = 0): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> {
    const { logFile } = this.#lives[peer]!.at(-1 - back)!
    const text = await readFile(logFile, 'utf8')
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line)]
      } catch {
        // The last line of a process that was killed, or what is said to people.
        return []
      }
    })
  }

  async summary(peer: number): Promise<PeerSummary> {
    const text = await readFile(join(this.peers[peer]!.state, 'summary.json'), 'utf8')
    return peerSummarySchema.parse(JSON.parse(text))
  }
}
