import * as tf from '@tensorflow/tfjs-core'

/** Elements that may still be made; only while a topology is being built. */
let left = 0

/** Zeros in place of a topology's own initialisers, which would draw from generators of tfjs's. */
export class CountedZeros extends tf.serialization.Serializable {
  static readonly className = 'SwarmgradZeros'

  apply(shape: number[], dtype?: 'float32' | 'int32'): tf.Tensor {
    left -= shape.reduce((size, side) => size * side, 1)
    if (left < 0) throw new RangeError('it has too many parameters')
    return tf.zeros(shape, dtype)
  }

  getConfig(): tf.serialization.ConfigDict {
    return {}
  }
}

tf.serialization.registerClass(CountedZeros)

/** Runs a build that may make so many elements of parameters; beyond, it throws before there is memory for them. */
export const counting = <T>(most: number, build: () => T): T => {
  left = most
  try {
    return build()
  } finally {
    left = 0
  }
}
