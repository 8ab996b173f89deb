/**
 * Delta-set peers whose every answer from the world (a signature, a record on the disk, a result, a
 * frame) comes after any number of other things, and who may die between any two of them. Records and
 * checkpoints lie in real files, and a death stops their writing after any file operation, so that it
 * leaves what a killed process would.
 */
import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Neighbourhood } from '../../src/consensus/neighbourhood.ts'
import { createTopology } from '../../src/consensus/topologies.ts'
import { type Random, seeded } from '../../src/random.ts'
import { isVirtuallySigned, virtualSignature } from '../../src/simulation/virtual-signature.ts'
import type { Files } from '../../src/storage/files.ts'
import { checkpointsOf } from '../../src/storage/state-names.ts'
import { StateStore } from '../../src/storage/state-store.ts'
import { createDeltaSet } from '../../src/strategy/delta-set/index.ts'
import type { DeltaKinds } from '../../src/strategy/delta-set/kinds.ts'
import { Driver, type Host } from '../../src/strategy/driver.ts'
import type { Compute, PeerName, Strategy } from '../../src/strategy/strategy.ts'
import type { Outgoing } from '../../src/wire/link-end.ts'
import { failingFiles } from '../unit/storage/failing-files.ts'
import { recipeWith } from './recipe.ts'
import { quadraticTrainers } from './synthetic-trainers.ts'

type Task = () => Promise<void> | void
type Record = DeltaKinds['record']

const MANIFEST = 'ab'.repeat(32)
const PARAMETERS = 40
/** About as many as writing one takes. */
const FILE_OPERATIONS = { checkpoint: 40, record: 4 }
/** Chance that a disk has no room for a checkpoint. */
const REFUSAL = 0.1

/** How a process works on its files: checkpoints when it gets round to them, nothing once it is dead. */
class Hand {
  readonly files: Files
  /** What the next checkpoint waits for; false: the disk has no room for it. */
  room: Promise<boolean> = Promise.resolve(true)
  #left = Number.POSITIVE_INFINITY

  constructor() {
    const files = failingFiles(() => (this.#left-- > 0 ? null : 'EKILLED'))
    // A checkpoint begins with its folder.
    const mkdir = async (path: string): Promise<void> => {
      if (!(await this.room)) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      await files.mkdir(path)
    }
    this.files = { ...files, mkdir: mkdir as Files['mkdir'] }
  }

  dieAfter(operations: number): void {
    this.#left = operations
  }
}

/** One that has been begun: what is kept from now on comes after it. */
interface Begun {
  /** Lets it be written, or finds that there is no room. */
  readonly proceed: (room: boolean) => void
  /** Whether it has been kept. */
  readonly kept: Promise<boolean>
}

interface Life {
  readonly driver: Driver<DeltaKinds>
  readonly compute: Compute<DeltaKinds>
  readonly store: StateStore<Record>
  readonly hand: Hand
  /** What it waits for: each queue in order, the queues in any. */
  readonly queues: Map<string, Task[]>
  readonly timers: Map<string, number>
  /** Records that it has asked to be kept and that are not on the disk yet. */
  readonly unkept: Record[]
  checkpoint: Begun | null
  finished: boolean
}

export interface CrashingSwarmOptions {
  readonly peers: number
  readonly rounds: number
  readonly seed: number
  /** Where the records lie; a folder for each peer. */
  readonly folders: readonly string[]
}

export class CrashingSwarm {
  /** All bytes, in hexadecimal, that anybody has been shown as delta `seq` of an origin. */
  readonly shown = new Map<string, Set<string>>()
  /** Digests that have been signed, of each peer. */
  signed = 0
  crashes = 0
  /** Deaths that found a record, and a checkpoint, half-way to the disk. */
  torn = 0
  tornCheckpoints = 0
  /** Lives that have begun from a checkpoint, and from the one before a damaged one. */
  resumed = 0
  fallbacks = 0
  readonly #options: CrashingSwarmOptions
  readonly #random: Random
  readonly #strategy: Strategy<DeltaKinds>
  readonly #trainers: ReturnType<typeof quadraticTrainers>
  readonly #names: readonly PeerName[]
  readonly #lives: Array<Life | null>
  #now = 0
  #starts = 0

  constructor(options: CrashingSwarmOptions) {
    const { peers, rounds, seed } = options
    this.#options = options
    this.#random = seeded(seed)
    this.#trainers = quadraticTrainers(peers, PARAMETERS, 0.1, seed)
    const recipe = recipeWith({
      training: { learningRate: 0.1, batch: 1, localSteps: 1, steps: rounds },
      strategy: { name: 'delta-set', density: 0.1, guard: false },
      topology: { name: 'full' }
    })
    const context = { manifest: MANIFEST, peers, diagnostics: false }
    this.#strategy = createDeltaSet(recipe, this.#trainers[0]!.layout, context)
    this.#names = Array.from({ length: peers }, (_, peer) => `peer-${peer}`)
    this.#lives = this.#names.map(() => null)
  }

  get fingerprints(): readonly string[] {
    return this.#lives.map((life) => life!.compute.fingerprint!())
  }

  /** True once all have ended and their last jobs are done. */
  get finished(): boolean {
    return this.#lives.every(
      (life) => life?.finished === true && (life.queues.get('compute') ?? []).length === 0
    )
  }

  /** What of this peer's is on its way to the disk. */
  writing(peer: number): 'checkpoint' | 'record' | null {
    const life = this.#lives[peer]
    if (life?.checkpoint) return 'checkpoint'
    return life !== null && life !== undefined && life.unkept.length > 0 ? 'record' : null
  }

  isUp(peer: number): boolean {
    return this.#lives[peer] !== null
  }

  async start(peer: number): Promise<void> {
    const name = this.#names[peer]!
    const folder = this.#options.folders[peer]!
    const owner = { manifest: MANIFEST, self: name }
    const hand = new Hand()
    const { store, records, notices } = await StateStore.open<Record>(folder, owner, {
      layout: this.#trainers[peer]!.layout,
      keep: 2,
      files: hand.files
    })
    if (records[0]?.kind === 'checkpoint') this.resumed++
    if (notices.some((notice) => notice.includes('is damaged'))) this.fallbacks++
    const topology = createTopology({ name: 'full' }, seeded(1))
    const neighbourhood = new Neighbourhood(topology, name, this.#names)
    const random = this.#random.fork(`life ${this.#starts++}`)
    const queues = new Map<string, Task[]>()
    const timers = new Map<string, number>()
    const life: Life = {
      driver: new Driver(
        this.#strategy,
        name,
        random,
        neighbourhood,
        this.#host(peer, () => life)
      ),
      compute: this.#strategy.compute(this.#trainers[peer]!),
      store,
      hand,
      queues,
      timers,
      unkept: [],
      checkpoint: null,
      finished: false
    }
    this.#lives[peer] = life
    life.driver.start(records)
    for (const other of this.#others(peer)) {
      this.#lives[other]!.driver.link(name, 'up')
      life.driver.link(this.#names[other]!, 'up')
    }
  }

  /** Nothing that it was about to do is done; what it was writing may have reached the disk in part. */
  async crash(peer: number): Promise<void> {
    const life = this.#lives[peer]!
    const name = this.#names[peer]!
    this.crashes++
    this.#lives[peer] = null
    const { store, hand, checkpoint } = life
    const [record] = life.unkept
    const operations = FILE_OPERATIONS[checkpoint === null ? 'record' : 'checkpoint']
    hand.dieAfter(this.#random.integer(operations))
    checkpoint?.proceed(true)
    const appended = record === undefined ? null : store.append(record)
    const [kept, torn] = await Promise.all([
      checkpoint?.kept ?? true,
      appended?.then(
        () => false,
        () => true
      ) ?? false
    ])
    await store.close()
    if (!kept) this.tornCheckpoints++
    if (torn) this.torn++
    for (const other of this.#others(peer)) {
      this.#lives[other]!.queues.delete(`from ${name}`)
      this.#lives[other]!.driver.link(name, 'down')
    }
  }

  /** A disk that has lost the end of a file of the newest checkpoint, where there is one before it. */
  async damage(peer: number): Promise<void> {
    const owner = { manifest: MANIFEST, self: this.#names[peer]! }
    const folder = checkpointsOf(this.#options.folders[peer]!, owner)
    const whole = (await readdir(folder).catch(() => []))
      .filter((name) => /^\d+$/.test(name))
      .sort()
    if (whole.length < 2) return
    const newest = join(folder, whole.at(-1)!)
    const files = (await readdir(newest)).sort()
    const path = join(newest, files[this.#random.integer(files.length)]!)
    await truncate(path, this.#random.integer((await stat(path)).size))
  }

  async stop(): Promise<void> {
    for (const life of this.#lives) await life?.store.close()
  }

  /** One of all things that could happen now, or, when there are none, the next timer. */
  async step(): Promise<void> {
    const tasks = this.#lives.flatMap((life) =>
      life === null ? [] : [...life.queues.values()].filter((queue) => queue.length > 0)
    )
    this.#now += this.#random.next()
    if (tasks.length > 0) await tasks[this.#random.integer(tasks.length)]!.shift()!()
    this.#ring(tasks.length === 0)
  }

  /** `next`: nothing else is to be waited for. */
  #ring(next: boolean): void {
    const timers = this.#lives.flatMap((life) =>
      life === null ? [] : [...life.timers].map(([name, due]) => ({ life, name, due }))
    )
    timers.sort((a, b) => a.due - b.due)
    const [first] = timers
    if (first === undefined || (!next && first.due > this.#now)) return
    this.#now = Math.max(this.#now, first.due)
    first.life.timers.delete(first.name)
    first.life.driver.timer(first.name)
  }

  #others(peer: number): readonly number[] {
    return this.#names.flatMap((_, other) => (other !== peer && this.isUp(other) ? [other] : []))
  }

  #host(peer: number, self: () => Life): Host<DeltaKinds> {
    const name = this.#names[peer]!
    const later = (queue: string, task: Task): void => {
      const { queues } = self()
      queues.set(queue, [...(queues.get(queue) ?? []), task])
    }
    /** What each neighbour has been told of numbers. */
    const named: PeerName[] = []
    return {
      now: () => this.#now,
      compute: (job) => later('compute', () => self().driver.computed(self().compute.run(job))),
      send: (to, message) => {
        this.#look(message, named)
        const receiver = this.#lives[this.#names.indexOf(to)]
        if (receiver === null || receiver === undefined) return
        const { kind, channel, body } = message
        const queue = receiver.queues.get(`from ${name}`) ?? []
        receiver.queues.set(`from ${name}`, queue)
        queue.push(() => receiver.driver.frame(name, channel, { kind, body, size: body.length }))
      },
      release: () => {},
      timer: (timer, after) => void self().timers.set(timer, this.#now + after),
      want: () => {},
      sign: (digest) =>
        later('sign', () => {
          this.signed++
          self().driver.signed(virtualSignature(name, digest))
        }),
      verify: (claims) =>
        later('verify', () => self().driver.verified(claims.map(isVirtuallySigned))),
      persist: (record) => {
        self().unkept.push(record)
        later('persist', async () => {
          await self().store.append(record)
          self().unkept.shift()
          later('persist', () => self().driver.persisted(record))
        })
      },
      checkpoint: (record) => {
        const { store, hand } = self()
        const { promise, resolve: proceed } = Promise.withResolvers<boolean>()
        hand.room = promise
        const kept = store.checkpoint(record).then(
          () => true,
          () => false
        )
        self().checkpoint = { proceed, kept }
        later('checkpoint', async () => {
          proceed(this.#random.next() >= REFUSAL)
          const done = await kept
          self().checkpoint = null
          later('checkpoint', () => self().driver.checkpointed(done))
        })
      },
      replica: () => {},
      chosen: () => {},
      notice: () => {},
      rejected: (from, reason) => {
        throw new Error(`${name} refuses ${reason} of ${from}`)
      },
      roundBegan: () => {},
      roundCompleted: () => {},
      finished: () => {
        self().finished = true
      }
    }
  }

  /** Notes what is shown of whose delta. */
  #look({ kind, channel, body }: Outgoing, named: PeerName[]): void {
    const message = this.#strategy.codec.decode(kind, channel, body)
    if (message.kind === 'names') {
      for (const [i, name] of message.names.entries()) named[message.first + i] = name
    }
    if (message.kind !== 'delta') return
    const place = `${named[message.origin]} ${message.seq}`
    const seen = this.shown.get(place) ?? new Set()
    this.shown.set(place, seen.add(Buffer.from(message.body).toString('hex')))
  }
}
