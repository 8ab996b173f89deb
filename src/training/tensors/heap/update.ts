import * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig, OptimizerConfig } from '../../../swarm/recipe.ts'
import type { Layout } from '../../../vector/layout.ts'
import { clipGradient } from '../../clip.ts'
import { createUpdate } from '../../wasm/optimizer.ts'
import { upload } from '../border.ts'
import { stepEntry } from '../step-log.ts'
import type { Update } from '../update.ts'
import type { Heap } from './heap.ts'

/** In place, in one pass over the memory: what tfjs takes two dozen for. */
export const heapUpdate = (
  heap: Heap,
  config: OptimizerConfig,
  layout: Layout,
  clip: ClipConfig
): Update => {
  const optimizer = createUpdate(config, layout)
  const { length } = layout
  const { kernels } = heap
  return {
    start: () => {
      optimizer.forget()
      return Array.from({ length: optimizer.moments }, () => tf.zeros([length]))
    },
    pack: (values) => optimizer.pack(values),
    unpack: (saved) => optimizer.unpack(saved).map(upload),
    step: ({ x, state, loss, gradient, correction, rate }) => {
      const g = heap.at(gradient)
      const value = heap.view(heap.at(loss), 1)[0]!
      const norm = Math.sqrt(kernels.sumSquares(length, g))
      const taken = Number.isFinite(value) && Number.isFinite(norm)
      if (taken) {
        if (typeof clip !== 'number') {
          clipGradient(clip, layout, heap.view(g, length), heap.view(heap.at(x), length))
        } else if (norm > clip) kernels.scale(length, g, clip / norm)
        if (correction !== null) kernels.addTo(length, heap.at(correction), g)
        const moments = state.map((moment) => heap.at(moment))
        optimizer.step(kernels, heap.at(x), g, moments, rate)
      }
      return { x, state, entry: stepEntry(loss, tf.scalar(taken ? 1 : 0)) }
    }
  }
}
