/**
 * Counters in memory that both threads see. The device thread raises one with every step that it
 * begins, and raises it and wakes the other thread with every reply. The other thread raises its own
 * with everything that it sends.
 */
export type Signal = Int32Array<SharedArrayBuffer>

const COUNT = 0
const ENDED = 1
const SENT = 2

export const createSignal = (): Signal =>
  new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))

export const countOf = (signal: Signal): number => Atomics.load(signal, COUNT)

/** Work goes on. Wakes nobody. */
export const beat = (signal: Signal): void => void Atomics.add(signal, COUNT, 1)

export const wake = (signal: Signal): void => {
  beat(signal)
  Atomics.notify(signal, COUNT)
}

/** Something is on its way to the device thread. */
export const announce = (signal: Signal): void => {
  Atomics.add(signal, SENT, 1)
  Atomics.notify(signal, SENT)
}

export const sentCount = (signal: Signal): number => Atomics.load(signal, SENT)

/** Blocks the device thread until more than `seen` has been sent. */
export const waitForMore = (signal: Signal, seen: number): void =>
  void Atomics.wait(signal, SENT, seen)

/** The thread ends and will not reply any more. */
export const end = (signal: Signal): void => {
  Atomics.store(signal, ENDED, 1)
  wake(signal)
}

export const hasEnded = (signal: Signal): boolean => Atomics.load(signal, ENDED) === 1

/** Blocks until the counter is no longer `seen`; false where it stayed so for all of `milliseconds`. */
export const waitBeyond = (signal: Signal, seen: number, milliseconds: number): boolean =>
  Atomics.wait(signal, COUNT, seen, milliseconds) !== 'timed-out' || countOf(signal) !== seen
