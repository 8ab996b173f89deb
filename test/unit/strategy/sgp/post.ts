/** The compute halves of stochastic gradient push wired by a post office that loses, repeats and delays. */
import { type Random, seeded } from '../../../../src/random.ts'
import { SgpCompute } from '../../../../src/strategy/sgp/compute.ts'
import type { Result, Sums } from '../../../../src/strategy/sgp/kinds.ts'
import { massBetween } from '../../../../src/strategy/sgp/sums.ts'
import type { Trainer } from '../../../../src/strategy/strategy.ts'

export interface Post {
  /** Share of the letters that never arrive, arrive twice, and wait for a round or two. */
  readonly loss: number
  readonly twice: number
  readonly late: number
}

interface Letter {
  readonly to: number
  readonly from: number
  readonly number: number
  readonly sums: Sums
}

/** All of x and w that there is, at peers and on the way, in whole units. */
export interface Ledger {
  readonly mass: number
  readonly x: readonly number[]
}

const wordsOf = ({ bytes }: Sums): Int32Array => new Int32Array(bytes.slice().buffer)

const stateOf = (compute: SgpCompute): { x: Int32Array; mass: number } => {
  const result = compute.run({ kind: 'checkpoint' }) as Extract<Result, { kind: 'checkpoint' }>
  const { mass } = result.compute.data as { mass: number }
  return { x: result.compute.vectors['x'] as Int32Array, mass }
}

export class PostOffice {
  readonly peers: readonly SgpCompute[]
  readonly lost: number[] = []
  /** `from to number`: letters that came after a later one of their flow had. */
  readonly outdated: string[] = []
  readonly #post: Post
  readonly #random: Random
  /** By `from to`: the latest sums sent, and those heard. */
  readonly #sent = new Map<string, Letter>()
  readonly #heard = new Map<string, Letter>()
  #waiting: Letter[] = []
  #letters = 0

  constructor(trainers: readonly Trainer[], post: Post, seed: number) {
    this.peers = trainers.map((trainer) => new SgpCompute(trainer))
    this.#post = post
    this.#random = seeded(seed).fork('post')
  }

  get letters(): number {
    return this.#letters
  }

  /** Every peer pushes half of what it has to the one that `to` names. */
  round(to: (from: number) => number): void {
    const letters = [...this.#waiting]
    this.#waiting = []
    for (const [from, peer] of this.peers.entries()) {
      const target = to(from)
      // The flow's number is the receiver's; nothing is ever acknowledged.
      const aims = [{ flow: target, acked: Infinity }]
      const { pushes } = peer.run({ kind: 'push', aims, again: [] }) as Extract<
        Result,
        { kind: 'pushed' }
      >
      for (const { number, mass, worth, bytes } of pushes) {
        this.#letters++
        const letter = { to: target, from, number, sums: { mass, worth, bytes } }
        this.#sent.set(`${from} ${target}`, letter)
        if (this.#random.next() < this.#post.loss) this.lost.push(this.#letters)
        else letters.push(...(this.#random.next() < this.#post.twice ? [letter, letter] : [letter]))
      }
    }
    for (const letter of letters) {
      if (this.#random.next() < this.#post.late) this.#waiting.push(letter)
      else this.#deliver(letter)
    }
  }

  #deliver(letter: Letter): void {
    const key = `${letter.from} ${letter.to}`
    const known = this.#heard.get(key)
    if (known !== undefined && known.number >= letter.number) {
      this.outdated.push(`${key} ${letter.number}`)
      return
    }
    this.#heard.set(key, letter)
    this.peers[letter.to]!.run({ kind: 'receive', source: letter.from, ...letter.sums })
  }

  ledger(): Ledger {
    const states = this.peers.map(stateOf)
    let mass = states.reduce((sum, state) => sum + state.mass, 0)
    const x = Array.from(states[0]!.x, (_, i) =>
      states.reduce((sum, state) => sum + state.x[i]!, 0)
    )
    for (const [key, { sums }] of this.#sent) {
      const heard = this.#heard.get(key)
      mass += massBetween(heard?.sums.mass ?? 0, sums.mass)
      const said = wordsOf(sums)
      const known = heard && wordsOf(heard.sums)
      for (let i = 0; i < x.length; i++) x[i] = x[i]! + ((said[i]! - (known?.[i] ?? 0)) | 0)
    }
    return { mass, x }
  }
}
