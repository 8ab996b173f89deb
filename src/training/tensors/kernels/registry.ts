import * as tf from '@tensorflow/tfjs-core'

/** Puts `wrap(original)` in the place of a kernel that tfjs-backend-wasm ships; its set-up stays. */
export const replaceKernel = (
  kernelName: string,
  wrap: (original: tf.KernelFunc) => tf.KernelFunc
): void => {
  const shipped = tf.getKernel(kernelName, 'wasm')
  // Registering over a kernel prints a warning; unregistering first does not.
  tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({ ...shipped, kernelFunc: wrap(shipped.kernelFunc) })
}

export const addKernel = (kernelName: string, kernelFunc: tf.KernelFunc): void =>
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc })

/**
 * The engine hands tensors to kernels although the type says "tensor infos"; as tensors they can
 * go into further operations. Those are not recorded for differentiation inside a kernel.
 */
export const tensorIn = <T extends tf.Tensor>(inputs: tf.NamedTensorInfoMap, name: string): T =>
  inputs[name] as T
