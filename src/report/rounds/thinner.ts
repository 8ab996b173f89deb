/**
 * Keeps a bounded number of items of a stream whose length nobody knows: when it is full, neighbours are
 * joined two by two, and from then on twice as many items go into one.
 */
export class Thinner<T> {
  readonly #most: number
  readonly #join: (earlier: T, later: T) => T
  readonly #items: T[] = []
  /** The item that is being filled, and how many of the stream are in it. */
  #open: { item: T; count: number } | null = null
  #stride = 1

  /** `most`: at least 2. `join`: what stands for two items that follow each other. */
  constructor(most: number, join: (earlier: T, later: T) => T) {
    this.#most = most
    this.#join = join
  }

  /** How many items of the stream one item kept stands for. */
  get stride(): number {
    return this.#stride
  }

  add(item: T): void {
    this.#open =
      this.#open === null
        ? { item, count: 1 }
        : { item: this.#join(this.#open.item, item), count: this.#open.count + 1 }
    if (this.#open.count < this.#stride) return
    this.#items.push(this.#open.item)
    this.#open = null
    if (this.#items.length === this.#most) this.#halve()
  }

  /** In the order of the stream; the last one may stand for fewer than `stride`. */
  get items(): readonly T[] {
    return this.#open === null ? this.#items : [...this.#items, this.#open.item]
  }

  #halve(): void {
    const kept = this.#items.splice(0)
    for (let i = 0; i + 1 < kept.length; i += 2) {
      this.#items.push(this.#join(kept[i]!, kept[i + 1]!))
    }
    this.#stride *= 2
    if (kept.length % 2 === 1) this.#open = { item: kept.at(-1)!, count: this.#stride / 2 }
  }
}
