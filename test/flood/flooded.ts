/**
 * Honest peers that train, one of which is flooded from another address of this machine, and what it
 * costs: rounds a second, CPU time and memory.
 *
 * How the ratio is taken: a second swarm of the same size and kind trains beside them all the time and is
 * left alone. What the attacker, the tests or anything else takes from the machine it takes from that one,
 * too. By turns, within one run, it is quiet, or the flood is on; each time both peers' rounds a second are
 * counted over whole rounds. The ratio is (flooded peer / control) under the flood over the same in quiet.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { protocolsOf } from '../../src/network/protocols.ts'
import { manifestHash, manifestSchema } from '../../src/swarm/manifest.ts'
import { type Changes, type Daemon, homeFor, startPeer } from '../helpers/daemon.ts'
import type { Counts, Order } from './orders.ts'

/** An address of this machine that is not loopback: whoever calls from there is a stranger. Null: none. */
export const outsideAddress = (): string | null =>
  Object.values(networkInterfaces())
    .flat()
    .find((found) => found !== undefined && found.family === 'IPv4' && !found.internal)?.address ??
  null

/** Bound to computing, some rounds a second. */
const SWARM: Changes = {
  manifest: { shards: 2, topology: { name: 'full' } },
  training: { batch: 32, localSteps: 200 }
}

const LEAST_TURNS = 4
/** Whoever has not done enough by then is held off altogether, or does nothing. */
const MOST_TURNS = 30

const megabytes = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1000
}

/** Seconds of CPU time; the kernel counts hundredths. */
const cpuSeconds = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Rounds a second of one peer, summed up over several windows. */
class Rate {
  readonly #peer: Daemon
  #rounds = 0
  #seconds = 0

  constructor(peer: Daemon) {
    this.#peer = peer
  }

  get perSecond(): number {
    return this.#rounds / this.#seconds
  }

  /** Whole rounds until so many seconds have passed. */
  async add(seconds: number): Promise<void> {
    const first = await this.#peer.nextRound()
    const began = performance.now()
    let last = first
    let passed = 0
    while (passed < seconds) {
      last = await this.#peer.nextRound()
      passed = (performance.now() - began) / 1000
    }
    this.#rounds += last.round - first.round
    this.#seconds += passed
  }
}

export interface Outcome {
  readonly attack: Order['attack']
  /** What is left of its rounds a second under the flood; see above. */
  readonly ratio: number
  /** Rounds a second in quiet, and under the flood. */
  readonly rates: readonly [quiet: number, flooded: number]
  /** CPU seconds for every second of the whole flooded process, in quiet and under the flood. */
  readonly cpu: readonly [quiet: number, flooded: number]
  /** Megabytes that it held at the most, in quiet and under the flood. */
  readonly mb: readonly [quiet: number, flooded: number]
  /** Megabytes that have come from its sockets in the whole run, its neighbour's included. */
  readonly received: number
  /** What the attacker has done. */
  readonly counts: Counts
}

export class Flooded {
  readonly victim: Daemon
  readonly #control: Daemon
  readonly #order: Omit<Order, 'attack'>
  readonly #attacker: ChildProcess

  private constructor(
    t: ExecutionContext,
    victim: Daemon,
    control: Daemon,
    order: Omit<Order, 'attack'>
  ) {
    this.victim = victim
    this.#control = control
    this.#order = order
    this.#attacker = fork(join(import.meta.dirname, 'attacker.ts'), { stdio: 'inherit' })
    t.teardown(() => void this.#attacker.kill('SIGKILL'))
  }

  static async start(t: ExecutionContext, host: string, changes: Changes = {}): Promise<Flooded> {
    const begin = async (name: string, config: object) => {
      const home = await homeFor(t, {
        ...SWARM,
        manifest: { ...SWARM.manifest, ...changes.manifest, name },
        config: { ...changes.config, ...config }
      })
      const daemon = startPeer(t, home)
      const { addresses } = await daemon.says('listening')
      return { daemon, home, addresses: addresses as readonly string[] }
    }
    const loopback = ['/ip4/127.0.0.1/tcp/0']
    const pair = async (name: string) => {
      const first = await begin(name, { listen: [`/ip4/${host}/tcp/0`] })
      const address = first.addresses.find((one) => one.includes(host))!
      const other = await begin(name, { listen: loopback, shard: 1, bootstrap: [address] })
      await other.daemon.statusOnce(({ links }) => links.up > 0)
      return { ...first, address }
    }
    const victim = await pair('flooded')
    const control = await pair('control')
    const { address } = victim
    const document = JSON.parse(await readFile(victim.home.config, 'utf8')) as { manifest: unknown }
    const topic = protocolsOf(manifestHash(manifestSchema.parse(document.manifest))).presence
    return new Flooded(t, victim.daemon, control.daemon, { address, topic })
  }

  /** By turns, `seconds` each, until `enough` has been done to the peer; four times at least. */
  async compare(
    attack: Order['attack'],
    seconds: number,
    enough: (counts: Counts) => boolean
  ): Promise<Outcome> {
    const { victim } = this
    const [quiet, flooded] = [this.#phase(seconds), this.#phase(seconds)]
    const counts: Record<string, number> = {}
    const before = await this.victim.status()
    // All that is slow at first, compilers above all, is none of the quiet's business.
    await this.#phase(seconds).measure()
    for (let turn = 0; turn < LEAST_TURNS || !enough(counts); turn++) {
      // Quiet, flood, flood, quiet: what goes up or down all the time falls on both alike.
      if (turn % 2 === 0) await quiet.measure()
      this.#attacker.send({ ...this.#order, attack } satisfies Order)
      await flooded.measure()
      const done = new Promise<Counts>((resolve) => this.#attacker.once('message', resolve))
      this.#attacker.send('stop')
      for (const [what, count] of Object.entries(await done)) {
        counts[what] = (counts[what] ?? 0) + count
      }
      if (turn % 2 === 1) await quiet.measure()
      if (turn === MOST_TURNS) throw new Error(`not enough: ${JSON.stringify(counts)}`)
    }
    const after = await victim.status()
    if (victim.over) throw new Error('the flooded peer has ended')
    return {
      attack,
      ratio: flooded.relative() / quiet.relative(),
      rates: [quiet.rate.perSecond, flooded.rate.perSecond],
      cpu: [quiet.cpu / quiet.seconds, flooded.cpu / flooded.seconds],
      mb: [quiet.mb, flooded.mb],
      received: (after.bytes.socketReceived - before.bytes.socketReceived) / 1e6,
      counts
    }
  }

  #phase(seconds: number) {
    const { pid } = this.victim
    const rate = new Rate(this.victim)
    const control = new Rate(this.#control)
    const phase = {
      rate,
      cpu: 0,
      seconds: 0,
      mb: 0,
      relative: () => rate.perSecond / control.perSecond,
      measure: async () => {
        const cpu = await cpuSeconds(pid)
        const began = performance.now()
        const look = setInterval(() => {
          void megabytes(pid).then((mb) => {
            phase.mb = Math.max(phase.mb, mb)
          })
        }, 200)
        await Promise.all([rate.add(seconds), control.add(seconds)])
        clearInterval(look)
        phase.cpu += (await cpuSeconds(pid)) - cpu
        phase.seconds += (performance.now() - began) / 1000
      }
    }
    return phase
  }
}
