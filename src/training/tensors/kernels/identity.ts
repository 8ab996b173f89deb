import type { KernelFunc } from '@tensorflow/tfjs-core'

/** Another name for the same values, which are counted and not copied: shipped, every `clone` is a copy. */
export const sharedIdentity =
  (shipped: KernelFunc): KernelFunc =>
  (call) => {
    const { dataId, shape, dtype } = call.inputs['x']!
    if (dtype === 'string') return shipped(call)
    const backend = call.backend as { incRef(id: object): void }
    backend.incRef(dataId)
    return { dataId, shape, dtype }
  }
