import type { PeerName } from '../strategy.ts'
import type { Message, Stance, State } from './kinds.ts'

type StateMessage = Extract<Message, { kind: 'state' }>

/** A whole state, as one peer has given it. */
export interface Fetched extends State {
  readonly stance: Stance
  readonly samples: number
}

/** Puts together the state that one other peer has been asked for. */
export class Fetch {
  #from: PeerName | null = null
  #first: StateMessage | null = null

  get isUnderWay(): boolean {
    return this.#from !== null
  }

  begin(peer: PeerName): void {
    this.#from = peer
    this.#first = null
  }

  end(): void {
    this.#from = null
    this.#first = null
  }

  /** True if it was this peer that had been asked. */
  lost(peer: PeerName): boolean {
    if (this.#from !== peer) return false
    this.end()
    return true
  }

  /** The state, once both of its vectors have come and are of one moment. */
  take(peer: PeerName, message: StateMessage): Fetched | null {
    if (this.#from !== peer) return null
    const first = this.#first
    if (
      first === null ||
      first.vector === message.vector ||
      first.stance.id !== message.stance.id
    ) {
      this.#first = message
      return null
    }
    this.end()
    const [parameters, momentum] =
      first.vector === 'parameters' ? [first, message] : [message, first]
    const { stance, samples } = message
    return { stance, samples, parameters: parameters.bytes, momentum: momentum.bytes }
  }
}
