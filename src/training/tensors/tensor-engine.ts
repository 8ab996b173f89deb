import * as tf from '@tensorflow/tfjs-core'
import type { Layout } from '../../vector/layout.ts'
import { zeros } from '../../vector/vector.ts'
import type { AsyncEngine } from './async-engine.ts'
import { download, upload, uploadBatch, valuesOf } from './border.ts'
import { split } from './flat.ts'
import { type FlatGradient, flatGradient } from './flat-gradient.ts'
import type { Form } from './form.ts'
import { TensorDescender } from './tensor-descender.ts'
import { createUpdate } from './update.ts'

export interface TensorEngineInit {
  readonly layout: Layout
  /** Labels of one example. */
  readonly places: number
  readonly form: Form
}

/**
 * A model's form on the open tfjs backend (backend.ts). Replicas cross the border to the device flat,
 * once each way, and are cut into their tensors there; nothing is left behind between two calls but
 * the descenders' states.
 */
export const createTensorEngine = ({ layout, places, form }: TensorEngineInit): AsyncEngine => {
  const descenders = new Set<TensorDescender>()
  return {
    backend: tf.getBackend(),
    layout,

    gradient: async (replica, batch, into) => {
      const { loss, gradient } = tf.tidy<FlatGradient & tf.NamedTensorMap>(() => ({
        ...flatGradient(form, layout, upload(replica), uploadBatch(batch, places))
      }))
      try {
        await download(gradient, into)
        return (await valuesOf(loss))[0]!
      } finally {
        tf.dispose([loss, gradient])
      }
    },

    logits: async (replica, batches) => {
      const parameters = tf.tidy(() => split(upload(replica), layout))
      const all = []
      try {
        for (const batch of batches) {
          const logits = tf.tidy(() => form(parameters, uploadBatch(batch, places).x))
          const values = zeros(logits.size)
          await download(logits, values).finally(() => logits.dispose())
          all.push(values)
        }
        return all
      } finally {
        tf.dispose(parameters)
      }
    },

    descender: (config, clip) => {
      const descender = new TensorDescender(createUpdate(config, layout, clip), (replica, batch) =>
        flatGradient(form, layout, replica, uploadBatch(batch, places))
      )
      descenders.add(descender)
      return {
        descend: (...call) => descender.descend(...call),
        follow: (...call) => descender.follow(...call),
        save: () => descender.save(),
        restore: (saved) => descender.restore(saved),
        dispose: () => {
          descender.dispose()
          descenders.delete(descender)
        }
      }
    },

    dispose: () => {
      for (const descender of descenders) descender.dispose()
      descenders.clear()
    }
  }
}
