import { RunFailedError } from '../../errors.ts'
import type { Random } from '../../random.ts'
import type { Vector } from '../../vector/vector.ts'
import type { Batch } from '../batch.ts'
import type { Engine } from '../engine.ts'
import { type Sampling, sample } from './sample.ts'

export interface GenerateInit {
  readonly engine: Engine
  readonly replica: Vector
  /** Symbols that the model can look back on, the last one included. */
  readonly context: number
  /** Kinds of symbols. */
  readonly kinds: number
  /** What it begins with, at least one symbol. */
  readonly prompt: readonly number[]
  readonly sampling: Sampling
  readonly random: Random
}

/**
 * Continues a text for ever, symbol by symbol. The model sees the last `context` symbols; while there
 * are fewer, zeros stand behind them, where no place looks.
 *
 * @throws RunFailedError where the replica gives no numbers
 */
export function* generate(init: GenerateInit): Generator<number, never> {
  const { engine, replica, context, kinds, prompt, sampling, random } = init
  const text = [...prompt]
  const x = new Uint8Array(context)
  const batch: Batch = { x, labels: new Uint8Array(context) }
  for (;;) {
    const seen = text.slice(-context)
    x.fill(0)
    x.set(seen)
    let symbol = 0
    engine.logits(replica, [batch], (logits) => {
      const last = logits.subarray((seen.length - 1) * kinds, seen.length * kinds)
      if (!last.every(Number.isFinite)) {
        throw new RunFailedError('the model gives no numbers: its parameters are too large')
      }
      symbol = sample(last, sampling, random)
    })
    text.push(symbol)
    if (text.length > 2 * context) text.splice(0, text.length - context)
    yield symbol
  }
}
