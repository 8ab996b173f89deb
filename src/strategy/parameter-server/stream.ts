import type { Bytes } from '../../vector/vector.ts'
import type { Milliseconds } from '../strategy.ts'
import type { Lead, Message, Role } from './kinds.ts'

/** How far a client is with one shard: at most one thing is asked of whoever serves it. */
export class Stream {
  lead: Lead | null = null
  /** The shard has said that nobody trains any more. */
  over = false
  state: 'joining' | 'idle' | 'pushing' | 'pulling' | 'parting' | 'parted' = 'joining'
  seq = 0
  push: { readonly base: number; readonly weight: number; readonly bytes: Bytes } | null = null
  late = false
  version = -1
  round = 0
  askedAt: Milliseconds = 0
  readonly #shard: number
  readonly #life: number

  constructor(shard: number, life: number) {
    this.#shard = shard
    this.#life = life
  }

  /** Who serves it, as somebody says. */
  led({ term, group }: Lead, over: boolean): 'old' | 'same' | 'news' {
    if (term < (this.lead?.term ?? 0)) return 'old'
    const isNews = term !== this.lead?.term || over !== this.over
    this.lead = { term, group }
    this.over = over
    return isNews ? 'news' : 'same'
  }

  counted({ seq, late }: Extract<Message, { kind: 'counted' }>): void {
    if (this.state !== 'pushing' || seq !== this.seq) return
    this.late = late
    this.push = null
    this.state = 'pulling'
  }

  /** What new parameters mean; null: nothing, they come again or were not asked for. `counted`: the push was. */
  params(message: Extract<Message, { kind: 'params' }>): { readonly counted: boolean } | null {
    const { state } = this
    if (state === 'pushing' || state === 'pulling') {
      // Of a moment before the push was decided: they come again.
      if (message.seq < this.seq) return null
    } else if (state !== 'joining') return null
    // Word that the push was counted may be lost.
    if (state === 'pushing') this.late = message.late
    this.seq = Math.max(this.seq, message.seq)
    this.push = null
    this.version = message.version
    this.round = message.round
    this.state = message.rests ? 'pulling' : 'idle'
    return { counted: state !== 'joining' && !this.late }
  }

  /** The next push. An update of no examples is none. */
  pushes(bytes: Bytes | null, weight: number): void {
    const isNone = bytes === null || weight === 0
    this.seq++
    this.late = false
    this.push = {
      base: this.version,
      weight: isNone ? 0 : weight,
      bytes: isNone ? new Uint8Array() : bytes
    }
    this.state = 'pushing'
  }

  /** Whoever has never joined has nothing to leave. */
  parts(): void {
    this.state = this.lead === null ? 'parted' : 'parting'
  }

  /** What is to be answered, said for the first time or again; null: nothing is. */
  question(role: Role, complete: boolean): Message | null {
    const common = { shard: this.#shard, life: this.#life }
    const { state, seq, push, version } = this
    switch (state) {
      case 'parted':
        // It stays for the others until the shard is over, and asks whether it is.
        return this.over ? null : { kind: 'finish', ...common, complete }
      case 'joining':
        return { kind: 'join', ...common, role }
      case 'pushing':
        return push === null ? null : { kind: 'push', ...common, seq, ...push }
      case 'pulling':
        return { kind: 'pull', ...common, seq, version }
      case 'parting':
        return { kind: 'finish', ...common, complete }
      case 'idle':
        return null
    }
  }
}
