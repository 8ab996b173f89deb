/** Looks at all members, over and over, so that a test can wait for what it wants to see. */
import { Hashes } from './hashes.ts'
import type { Member } from './member.ts'
import { Traffic } from './traffic.ts'

const INTERVAL_MS = 500
/** Characters of what a peer has said at its end. */
const LAST_WORDS = 500

interface Wish {
  readonly isIt: () => boolean
  readonly done: () => void
  readonly fail: (error: unknown) => void
}

export class Board {
  readonly members: Member[] = []
  readonly hashes = new Hashes()
  readonly traffic = new Traffic()
  readonly #wishes = new Set<Wish>()
  #over = false

  constructor() {
    void this.#watch()
  }

  member(name: string): Member {
    const found = this.members.findLast((member) => member.name === name)
    if (found === undefined) throw new RangeError(`there is no member ${name}`)
    return found
  }

  get running(): readonly Member[] {
    return this.members.filter(({ running }) => running)
  }

  /**
   * Resolves once it is so, to the seconds that took; rejects when it is not after so many, with what
   * `describe` makes of it, or with what `isIt` throws.
   */
  until(
    what: string,
    seconds: number,
    isIt: () => boolean,
    describe: () => string = () => this.summary()
  ): Promise<number> {
    const start = performance.now()
    return new Promise((done, fail) => {
      const wish: Wish = {
        isIt,
        done: () => {
          this.#end(wish, timer)
          done((performance.now() - start) / 1000)
        },
        fail: (error) => {
          this.#end(wish, timer)
          fail(error)
        }
      }
      const timer = setTimeout(
        () => wish.fail(new Error(`not within ${seconds} s: ${what}\n${describe()}`)),
        seconds * 1000
      )
      this.#wishes.add(wish)
    })
  }

  /** One line for each member. */
  summary(): string {
    return this.members
      .map(({ name, running, status, exits }) => {
        const end = exits.at(-1)
        if (!running && end !== undefined && end.code !== 0) {
          return `${name}: ended with ${end.code ?? end.signal}: ${end.stderr.slice(-LAST_WORDS)}`
        }
        if (status === null) return `${name}: ${running ? 'cannot be asked' : 'has ended'}`
        const { phase, round, accuracy, line, replica, links } = status
        const cut =
          replica === null ? '-' : `${replica.cut.slice(0, 6)}:${replica.hash.slice(0, 6)}`
        return `${name}: ${running ? phase : 'has ended'} round ${round} accuracy ${accuracy} links ${links.up}/${links.wanted} of ${links.known} ${cut} ${line}`
      })
      .join('\n')
  }

  close(): void {
    this.#over = true
  }

  #end(wish: Wish, timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#wishes.delete(wish)
  }

  async #watch(): Promise<void> {
    while (!this.#over) {
      await Promise.all(this.running.map((member) => this.#look(member)))
      for (const wish of this.#wishes) {
        try {
          if (wish.isIt()) wish.done()
        } catch (error) {
          wish.fail(error)
        }
      }
      await new Promise((done) => setTimeout(done, INTERVAL_MS))
    }
  }

  async #look(member: Member): Promise<void> {
    const status = await member.look()
    if (status === null) return
    this.traffic.add(member.name, status)
    if (status.replica !== null) this.hashes.add(member.name, status.replica)
  }
}
