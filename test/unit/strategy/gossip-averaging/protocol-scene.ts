/** One peer's protocol, played by hand. */
import { seeded } from '../../../../src/random.ts'
import type {
  GossipKinds,
  Job,
  Message,
  Result
} from '../../../../src/strategy/gossip-averaging/kinds.ts'
import {
  GossipProtocol,
  type GossipProtocolOptions
} from '../../../../src/strategy/gossip-averaging/protocol.ts'
import type {
  Components,
  Effect,
  PeerName,
  ProtocolEvent
} from '../../../../src/strategy/strategy.ts'
import type { Saved } from '../../../../src/vector/saved.ts'

type GossipEffect = Effect<GossipKinds>

const OPTIONS: GossipProtocolOptions = {
  rounds: 100,
  stepsOf: () => 8,
  firstStepOf: (round) => 8 * round,
  deadline: { floor: 50, ceiling: 1000 },
  startPatience: 5000
}

/** A protocol whose jobs are done at once, and neighbours that say what they are told to. */
export class Scene {
  readonly effects: GossipEffect[] = []
  readonly steps: number[] = []
  readonly #protocol: GossipProtocol
  readonly #hellos = new Map<PeerName, number>()
  now = 0
  /** What this end asks for in the exchanges it encodes. */
  shift = 0
  /** What a checkpoint copies. */
  readonly compute: Saved = { vectors: { replica: Float32Array.of(1) }, data: null }

  constructor(
    options: Partial<GossipProtocolOptions> = {},
    round = 0,
    choices: Partial<Components> = {}
  ) {
    this.#protocol = new GossipProtocol(
      { ...OPTIONS, ...options },
      { self: 'a', random: seeded(1), round, ...choices }
    )
  }

  give(event: ProtocolEvent<GossipKinds>): void {
    const waiting = [event]
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      for (const effect of this.#protocol.handle(next, this.now)) {
        this.effects.push(effect)
        if (effect.type === 'compute')
          waiting.push({ type: 'computed', result: this.#do(effect.job) })
      }
    }
  }

  #do(job: Job): Result {
    switch (job.kind) {
      case 'local-steps':
        this.steps.push(job.steps)
        return { kind: 'trained', loss: 0, samples: 1 }
      case 'encode': {
        const payload = { shift: this.shift, bytes: Uint8Array.of(1) }
        return { kind: 'encoded', edges: job.edges.map((edge) => ({ ...edge, ...payload })) }
      }
      case 'mix':
        return { kind: 'mixed' }
      case 'adopt':
        return { kind: 'adopted' }
      case 'forget':
        return { kind: 'forgotten' }
      case 'checkpoint':
        return { kind: 'checkpoint', compute: this.compute }
      case 'resume':
        return { kind: 'resumed' }
    }
  }

  begin(...peers: PeerName[]): void {
    this.give({ type: 'started', records: [] })
    this.give({ type: 'neighbours', peers, members: 2 })
  }

  /** Takes the link up; the neighbour, which is in `round`, wants an edge. */
  meet(peer: PeerName, wanted = true, round = 3): void {
    const nonce = 1 + this.#hellos.size
    this.#hellos.set(peer, nonce)
    this.give({ type: 'link', peer, state: 'up' })
    this.hear(peer, { kind: 'hello', nonce, wanted, degree: 1, round, have: null })
  }

  /** Of the hello that this neighbour has said last. */
  nonceOf(peer: PeerName): number {
    return this.#hellos.get(peer)!
  }

  hear(from: PeerName, message: Message): void {
    this.give({ type: 'received', from, message })
  }

  /** The neighbour's side of the exchange that this end has sent it last, by default from its round. */
  answer(peer: PeerName, shift = 0, round?: number): void {
    const mine = this.exchanges(peer).at(-1)!
    this.hear(peer, { ...mine, shift, round: round ?? mine.round, bytes: Uint8Array.of(2) })
  }

  exchanges(peer: PeerName): Array<Extract<Message, { kind: 'exchange' }>> {
    return this.effects.flatMap((effect) =>
      effect.type === 'send' && effect.to === peer && effect.message.kind === 'exchange'
        ? [effect.message]
        : []
    )
  }

  of<T extends GossipEffect['type']>(type: T): Array<Extract<GossipEffect, { type: T }>> {
    return this.effects.filter(
      (effect): effect is Extract<GossipEffect, { type: T }> => effect.type === type
    )
  }

  /** The rounds that have begun, and the first step of the local steps of each. */
  get begun(): number[] {
    return this.of('round-began').map(({ round }) => round)
  }

  get firstSteps(): number[] {
    return this.of('compute').flatMap(({ job }) => (job.kind === 'local-steps' ? job.from : []))
  }

  get rounds(): Array<{ readonly round: number; readonly heard: number; readonly missed: number }> {
    return this.of('round-completed').map(({ round, heard, missed }) => ({ round, heard, missed }))
  }
}
