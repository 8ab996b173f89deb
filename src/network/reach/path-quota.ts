import type { Connection } from '@libp2p/interface'
import { carries, isSpent, type Quota, quotaOf, type RelayLimits } from './quota.ts'

const limitsOf = ({ limits }: Connection): RelayLimits => ({
  bytes: limits?.bytes === undefined ? null : Number(limits.bytes),
  milliseconds: limits?.seconds === undefined ? null : limits.seconds * 1000
})

/**
 * What a relayed connection still carries. libp2p counts what has passed; what has been handed to it and
 * has not passed yet is counted here.
 */
export class PathQuota {
  readonly #connection: Connection
  readonly #atFirst: RelayLimits
  #used = 0

  constructor(connection: Connection) {
    this.#connection = connection
    this.#atFirst = limitsOf(connection)
  }

  /** Null: no limits. */
  get left(): Quota | null {
    const { bytes, milliseconds } = limitsOf(this.#connection)
    const unused = bytes === null ? null : Math.min(bytes, this.#atFirst.bytes! - this.#used)
    return quotaOf({ bytes: unused, milliseconds }, this.#atFirst)
  }

  /** So many bytes have been handed over, or have come. */
  use(bytes: number): void {
    this.#used += bytes
  }

  carries(bytes: number): boolean {
    return carries(this.left, bytes)
  }

  get isSpent(): boolean {
    return isSpent(this.left)
  }
}
