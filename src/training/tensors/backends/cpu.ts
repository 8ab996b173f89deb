import * as tf from '@tensorflow/tfjs-core'
import type { LoadBackend } from './loaded.ts'
import { start } from './start.ts'

/** Plain JavaScript: works everywhere, many times slower than all others. */
export const loadCpu: LoadBackend = async () => {
  const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu')
  // Its first tensor would print an advertisement for tfjs-node: one flag, not all warnings.
  const cpu = tf.findBackend('cpu') as unknown as { firstUse: boolean }
  cpu.firstUse = false
  await start('cpu')
  return { description: `tfjs-backend-cpu ${version}`, gpu: false, notice: null }
}
