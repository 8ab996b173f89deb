import type { Milliseconds } from '../strategy/strategy.ts'

interface Entry {
  readonly at: Milliseconds
  readonly order: number
  readonly run: () => void
}

/** Virtual time: a binary heap of what is to happen, ties broken by the order of scheduling. */
export class VirtualClock {
  readonly #heap: Entry[] = []
  #now: Milliseconds = 0
  #scheduled = 0

  get now(): Milliseconds {
    return this.#now
  }

  after(delay: Milliseconds, run: () => void): void {
    this.at(this.#now + delay, run)
  }

  /** Not before now. */
  at(at: Milliseconds, run: () => void): void {
    const heap = this.#heap
    heap.push({ at, order: this.#scheduled++, run })
    let child = heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!earlier(heap[child]!, heap[parent]!)) break
      swap(heap, child, parent)
      child = parent
    }
  }

  /** Runs the next thing. False: nothing is left. */
  step(): boolean {
    const next = this.#pop()
    if (next === undefined) return false
    this.#now = next.at
    next.run()
    return true
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    heap[0] = last
    let parent = 0
    for (;;) {
      const left = 2 * parent + 1
      const right = left + 1
      let first = parent
      if (left < heap.length && earlier(heap[left]!, heap[first]!)) first = left
      if (right < heap.length && earlier(heap[right]!, heap[first]!)) first = right
      if (first === parent) return top
      swap(heap, parent, first)
      parent = first
    }
  }
}

const earlier = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

const swap = (heap: Entry[], a: number, b: number): void => {
  const held = heap[a]!
  heap[a] = heap[b]!
  heap[b] = held
}
