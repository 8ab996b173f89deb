/**
 * Where peers are told whether they belong here: of every connection, each end remembers what it thinks of
 * the other and what the other thinks of it. The door keeps links shut, not connections: a peer of another
 * swarm may be of use for all else.
 */
import type { Connection, IncomingStreamData, Libp2p } from '@libp2p/interface'
import type { PeerName } from '../../strategy/strategy.ts'
import type { Refusal } from '../../swarm/admission.ts'
import type { Pass } from '../../swarm/invite.ts'
import type { Verdict } from '../../swarm/passes.ts'
import { nameOf } from '../connections.ts'
import type { NodePart } from '../node-part.ts'
import { askDoor } from './ask-door.ts'
import { answerOn } from './exchange.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import {
  answerBytes,
  type Counterpart,
  DOOR_PROTOCOL,
  MAX_DOOR_BYTES,
  overlap,
  type Question,
  questionIn,
  VERSIONS
} from './messages.ts'
import { References } from './references.ts'
import { Standing } from './standing.ts'
import { refusalText } from './words.ts'

/** For a question and its answer. */
const PATIENCE = 15_000
/** A word that was no is asked for again after so long. */
const ASK_AGAIN = 5_000
/** Questions of one connection that are answered at once, and the time between more of them. */
const BURST = 8
const EVERY = 500
/** Members that are asked about a peer. */
const ASKED = 3

export interface DoorOptions {
  /** Such as swarmgrad 0.1.0. */
  readonly program: string
  readonly gatekeeper: Gatekeeper
  /** What this peer shows. */
  readonly pass: Pass | null
}

export interface DoorParts extends DoorOptions {
  readonly self: PeerName
  readonly manifestHash: string
  /** `text`: for people, with a remedy. Once for each connection, end and reason. */
  readonly refused: (peer: PeerName, why: Refusal, by: 'self' | 'other', text: string) => void
}

export class Door {
  readonly #parts: DoorParts
  /** By id of the connection. */
  readonly #standings = new Map<string, Standing>()

  constructor(parts: DoorParts) {
    this.#parts = parts
    parts.gatekeeper.references = new References((peers) => this.#askAround(peers))
  }

  /** Whether to believe what a peer says of itself. Never rejects. */
  hears(peer: PeerName, pass: Pass | null): boolean | Promise<boolean> {
    const verdict = this.#parts.gatekeeper.admit(peer, pass)
    return typeof verdict === 'string'
      ? verdict === 'admitted'
      : verdict.then((word) => word === 'admitted')
  }

  get part(): NodePart {
    return { attach: (node) => this.#attach(node) }
  }

  /**
   * Whether a link may begin; true at once where both ends are known to agree. Never rejects. A promise waits
   * for the word of each end, 15 s at most for either.
   */
  mayLink(connection: Connection): true | Promise<boolean> {
    const { gatekeeper, self } = this.#parts
    if (gatekeeper.open) return true
    const standing = this.#standingOf(connection)
    const { theirs } = standing
    const welcome = theirs === 'admitted' || (theirs === null && gatekeeper.knows(self))
    if (welcome && gatekeeper.knows(nameOf(connection))) return true
    return this.#settle(connection, standing)
  }

  async #settle(connection: Connection, standing: Standing): Promise<boolean> {
    // Who does not welcome this peer, or has no door, will not show a pass either.
    if (!(await this.#ask(connection, standing))) return false
    const known = this.#parts.gatekeeper.knows(nameOf(connection))
    const admitted = known || (await standing.untilJudged(PATIENCE))
    return admitted && connection.status === 'open'
  }

  #attach(node: Libp2p): () => Promise<void> {
    const options = {
      maxInboundStreams: 1,
      maxOutboundStreams: 1,
      runOnLimitedConnection: true
    }
    const handled = node.handle(DOOR_PROTOCOL, (incoming) => void this.#answer(incoming), options)
    const registered = node.register(DOOR_PROTOCOL, {
      notifyOnLimitedConnection: true,
      onConnect: (_, connection) => this.#met(connection)
    })
    const closed = ({ detail }: CustomEvent<Connection>): void => {
      this.#standings.get(detail.id)?.end()
      this.#standings.delete(detail.id)
    }
    node.addEventListener('connection:close', closed)
    return async () => {
      node.removeEventListener('connection:close', closed)
      await handled
      node.unregister(await registered)
      for (const standing of this.#standings.values()) standing.end()
      this.#standings.clear()
    }
  }

  /** Where all are welcome one question tells both ends whether they have anything in common. */
  #met(connection: Connection): void {
    if (this.#parts.gatekeeper.open && connection.direction === 'inbound') return
    void this.#ask(connection, this.#standingOf(connection))
  }

  #standingOf(connection: Connection): Standing {
    const known = this.#standings.get(connection.id)
    if (known !== undefined) return known
    const standing = new Standing(connection)
    // One that is closed already would stay for ever.
    if (connection.status === 'open') this.#standings.set(connection.id, standing)
    return standing
  }

  /** Whether this peer is welcome there. Asks once, and again when it was refused a while ago. */
  #ask(connection: Connection, standing: Standing): Promise<boolean> {
    return standing.asked(ASK_AGAIN, async () => {
      const { refusal, ...other } = await askDoor(
        connection,
        this.#parts,
        AbortSignal.timeout(PATIENCE)
      )
      if (refusal !== null) this.#report(connection, refusal, 'other', other)
      return refusal ?? 'admitted'
    })
  }

  /** Those of the peers that members whom this one is connected to have let in. */
  async #askAround(peers: readonly PeerName[]): Promise<ReadonlySet<PeerName>> {
    const members = [...this.#standings.values()].filter(
      ({ theirs, connection }) =>
        theirs === 'admitted' && this.#parts.gatekeeper.knows(nameOf(connection))
    )
    const signal = AbortSignal.timeout(PATIENCE)
    const answers = await Promise.all(
      members.slice(0, ASKED).map(({ connection }) =>
        askDoor(connection, { ...this.#parts, about: peers }, signal).then(
          ({ knows }) => knows,
          () => []
        )
      )
    )
    return new Set(answers.flat())
  }

  async #answer({ stream, connection }: IncomingStreamData): Promise<void> {
    const standing = this.#standingOf(connection)
    try {
      if (!standing.mayAsk(BURST, EVERY)) throw new Error('asks too often')
      const signal = AbortSignal.timeout(PATIENCE)
      await answerOn(stream, MAX_DOOR_BYTES, signal, async (bytes) => {
        const question = questionIn(bytes)
        if (question === null) return null
        const verdict = await this.#judge(nameOf(connection), question)
        standing.judge(verdict)
        const refusal = verdict === 'admitted' ? null : verdict
        if (refusal !== null) this.#report(connection, refusal, 'self', question)
        const { program, gatekeeper } = this.#parts
        const knows =
          refusal === null ? question.about.filter((peer) => gatekeeper.knows(peer)) : []
        return answerBytes({ versions: [...VERSIONS], program, refusal, at: Date.now(), knows })
      })
    } catch {
      // It is gone, or did not keep to the protocol: its own loss.
      stream.abort(new Error('no answer'))
    }
  }

  #judge(peer: PeerName, question: Question): Verdict | Promise<Verdict> {
    const { manifestHash, gatekeeper } = this.#parts
    if (!overlap(VERSIONS, question.versions)) return 'version'
    if (question.manifest !== manifestHash) return 'other-swarm'
    return gatekeeper.admit(peer, question.pass)
  }

  #report(connection: Connection, why: Refusal, by: 'self' | 'other', other: Counterpart): void {
    if (!this.#standingOf(connection).isNews(by, why)) return
    const peer = nameOf(connection)
    this.#parts.refused(peer, why, by, refusalText(peer, why, by, other))
  }
}
