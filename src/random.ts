/**
 * Seeded random numbers (sfc32, Chris Doty-Humphrey's PractRand; seeded by MurmurHash3's finaliser).
 * Every stream is named: the same seed and labels give the same numbers on every machine.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform integer in [0, bound). */
  integer(bound: number): number
  /** Standard normal (Box-Muller). */
  normal(): number
  /** An independent stream; forking does not advance this one. */
  fork(label: string | number): Random
  /** Where it is: 4 words, and the normal that waits, if one does. */
  save(): readonly number[]
  /** Goes on from there. @throws RangeError for what no stream has saved */
  restore(state: readonly number[]): void
}

const scramble = (h: number): number => {
  let x = h
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

const hashLabel = (state: number, label: string): number => {
  let h = state ^ 0x811c9dc5
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
  return scramble(h)
}

const isWord = (value: number | undefined): value is number =>
  value !== undefined && (value | 0) === value

/** Words a fresh generator throws away, so that similar seeds have parted. */
const WARM_UP = 12

class Sfc32 implements Random {
  readonly #key: readonly [number, number]
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spare: number | null = null

  constructor(key: readonly [number, number]) {
    this.#key = key
    this.#a = key[0]
    this.#b = key[1]
    this.#c = scramble(key[0] ^ Math.imul(key[1], 0x9e3779b1))
    for (let i = 0; i < WARM_UP; i++) this.#word()
  }

  #word(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0
    return t >>> 0
  }

  next(): number {
    return this.#word() / 2 ** 32
  }

  integer(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    const angle = 2 * Math.PI * this.next()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  fork(label: string | number): Random {
    const text = String(label)
    return new Sfc32([hashLabel(this.#key[0], text), hashLabel(this.#key[1] ^ 0x5bd1e995, text)])
  }

  save(): readonly number[] {
    // Words that are drawn with are signed or unsigned alike.
    const words = [this.#a | 0, this.#b | 0, this.#c | 0, this.#counter]
    return this.#spare === null ? words : [...words, this.#spare]
  }

  restore(state: readonly number[]): void {
    const [a, b, c, counter, spare = null] = state
    const whole = isWord(a) && isWord(b) && isWord(c) && isWord(counter)
    if (!whole || state.length > 5 || (spare !== null && !Number.isFinite(spare))) {
      throw new RangeError('not the state of a random stream')
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
    this.#spare = spare
  }
}

/** A stream from a whole-number seed; `seeded(1).fork('data').fork(3)` names peer 3's data. */
export const seeded = (seed: number): Random => {
  const low = scramble(seed >>> 0)
  return new Sfc32([low, scramble(low ^ Math.floor(seed / 2 ** 32))])
}

/** A uniformly random permutation of 0..length-1 (Fisher-Yates). */
export const permutation = (random: Random, length: number): Int32Array<ArrayBuffer> => {
  const order = Int32Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(i + 1)
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}
