/** Frames and bytes by frame kind, headers included: one peer's side of all its links. */
export interface TrafficCount {
  frames: number
  bytes: number
}

export class Traffic {
  readonly sent = new Map<number, TrafficCount>()
  #sentBytes = 0
  #receivedBytes = 0

  get sentBytes(): number {
    return this.#sentBytes
  }

  get receivedBytes(): number {
    return this.#receivedBytes
  }

  countSent(kind: number, bytes: number): void {
    const count = this.sent.get(kind) ?? { frames: 0, bytes: 0 }
    count.frames++
    count.bytes += bytes
    this.sent.set(kind, count)
    this.#sentBytes += bytes
  }

  countReceived(bytes: number): void {
    this.#receivedBytes += bytes
  }
}
