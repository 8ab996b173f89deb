import type { Random } from '../random.ts'
import type { Bytes } from '../vector/vector.ts'
import type { GradientSource } from './descent.ts'
import type { Gpt } from './wasm/gpt/gpt.ts'

/** Gradients of a model on windows of a text that begin anywhere, drawn with replacement. */
export const textSource = (gpt: Gpt, text: Bytes, random: Random): GradientSource => {
  const { batch, context } = gpt
  const length = context + 1
  const windows = new Uint8Array(batch * length)
  return {
    samples: batch,
    gradient: (replica, into) => {
      for (let window = 0; window < batch; window++) {
        const from = random.integer(text.length - context)
        windows.set(text.subarray(from, from + length), window * length)
      }
      return gpt.gradient(replica, windows, into)
    }
  }
}
