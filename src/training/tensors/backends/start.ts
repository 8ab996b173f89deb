import * as tf from '@tensorflow/tfjs-core'

/** Makes a registered backend tfjs's current one. */
export const start = async (name: string): Promise<void> => {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start ${name}`)
  await tf.ready()
}
