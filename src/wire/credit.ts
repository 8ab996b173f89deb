/**
 * Byte credit: the receiver says how much the sender may have on its way. A libp2p stream read with
 * `for await` gives a hostile sender no back-pressure, so the application keeps its own account.
 * Both ends begin with one full window, which they compute alike from the manifest.
 */

/** The sending end's account. */
export class SendCredit {
  readonly #window: number
  #available: number

  constructor(window: number) {
    this.#window = window
    this.#available = window
  }

  get available(): number {
    return this.#available
  }

  spend(bytes: number): void {
    this.#available -= bytes
  }

  /** False, and no change: more was granted than had been spent, which no honest end does. */
  grant(bytes: number): boolean {
    if (this.#available + bytes > this.#window) return false
    this.#available += bytes
    return true
  }
}

/** The receiving end's account. */
export class ReceiveCredit {
  readonly #window: number
  #allowed: number
  #ungranted = 0

  constructor(window: number) {
    this.#window = window
    this.#allowed = window
  }

  /** Books `bytes` that have come in. False: the sender had no credit for them. */
  receive(bytes: number): boolean {
    if (bytes > this.#allowed) return false
    this.#allowed -= bytes
    return true
  }

  /**
   * Books that `bytes` of what came in no longer take memory or time here. Returns the grant to send
   * now; 0: none yet, since grants are saved up to half a window.
   */
  consume(bytes: number): number {
    this.#ungranted += bytes
    if (this.#ungranted * 2 < this.#window) return 0
    const grant = this.#ungranted
    this.#allowed += grant
    this.#ungranted = 0
    return grant
  }
}
