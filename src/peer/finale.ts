/**
 * What a member of a public swarm does for those who want the model: serves it while it trains, and when
 * the run has ended signs it, and goes on serving it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodePart } from '../network/node-part.ts'
import { type Portrait, ReplicaServer, type Vouched } from '../network/replica/serve-replica.ts'
import type { PeerName, RunEnd } from '../strategy/strategy.ts'
import { currentDigest, type Final } from '../swarm/final.ts'
import { manifestHash } from '../swarm/manifest.ts'
import { ask } from './compute-thread.ts'
import { Ending } from './ending.ts'
import type { Log } from './log.ts'
import type { Session } from './session.ts'
import type { Signatures } from './signatures.ts'
import type { Undo } from './undo.ts'

export interface FinaleParts {
  /** Folder. */
  readonly state: string
  readonly session: Pick<Session, 'manifest' | 'compute'>
  readonly self: PeerName
  readonly signatures: Signatures
  readonly log: Log
  /** The number of the next round. */
  readonly round: () => number
  readonly undo: Undo
}

export class Finale {
  readonly #parts: FinaleParts
  readonly #ending: Ending
  readonly #server: ReplicaServer

  private constructor(parts: FinaleParts, ending: Ending) {
    this.#parts = parts
    this.#ending = ending
    const { manifest, compute } = parts.session
    this.#server = new ReplicaServer({
      manifestHash: manifestHash(manifest),
      layout: compute.layout,
      take: () => this.#take(),
      vouch: (portrait) => this.#vouch(portrait)
    })
  }

  static async open(parts: FinaleParts): Promise<Finale> {
    const { state, session, self, signatures, log, undo } = parts
    const { manifest } = session
    const hash = manifestHash(manifest)
    const ending = await Ending.open({ state, manifest, hash, self, signatures, log })
    undo.add(() => ending.close())
    return new Finale(parts, ending)
  }

  /** For the network: serves the model. */
  get part(): NodePart {
    return this.#server.part
  }

  /** What presence should say of the end, this life's or an earlier one's; null: there has been none. */
  get final(): Final | null {
    return this.#ending.final
  }

  /** What another member says of it. */
  heard(peer: PeerName, final: Final | null): void {
    this.#ending.heard(peer, final)
  }

  /** The run has ended here: signs it, and keeps that. */
  async finish({ samples }: RunEnd): Promise<Final> {
    const { compute } = this.#parts.session
    const { hash } = await ask<'digest'>(compute, { type: 'digest' })
    this.#server.changed()
    const final = await this.#ending.finish(hash, samples)
    this.#parts.log.info({ hash, samples }, 'the run has ended; signed its model')
    return final
  }

  async #take(): Promise<Portrait> {
    const round = this.#parts.round()
    const { compute } = this.#parts.session
    const { replica, hash } = await ask<'portable'>(compute, { type: 'portable' })
    return { replica, hash, round }
  }

  async #vouch({ hash, round }: Portrait): Promise<Vouched> {
    const ending = this.#ending
    if (ending.isFinal(hash)) {
      return { final: true, samples: ending.final!.samples, signatures: ending.signatures }
    }
    const { session, signatures, self } = this.#parts
    const bytes = Uint8Array.from(Buffer.from(hash, 'hex'))
    const digest = currentDigest(manifestHash(session.manifest), bytes, round)
    return {
      final: false,
      samples: 0,
      signatures: new Map([[self, await signatures.sign(digest)]])
    }
  }
}

const SECOND = 1000
/** What a timer can wait for. */
const LONGEST_MS = 2 ** 31 - 1

/** Resolves after so long, or at once when the signal comes. */
export const serveFor = async (seconds: number, signal: AbortSignal): Promise<void> => {
  const ends = performance.now() + seconds * SECOND
  for (let left = seconds * SECOND; left > 0; left = ends - performance.now()) {
    if (signal.aborted) return
    await sleep(Math.min(left, LONGEST_MS), undefined, { signal }).catch(() => {})
  }
}
