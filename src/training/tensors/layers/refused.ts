import type { Problem } from '../../../errors.ts'

type Reason = Pick<Problem, 'rule' | 'remedy'>

const RANDOM: Reason = {
  rule: 'draws at random while it trains, so that a run could not be repeated',
  remedy: 'leave the layer out; training.optimizer.weightDecay is another way not to overfit'
}

const AVERAGES: Reason = {
  rule: 'keeps averages of its batches outside the parameters, which no peer would hear of',
  remedy: 'use LayerNormalization'
}

const CODE: Reason = {
  rule: 'is code, and a topology is data',
  remedy: 'build the model of the layers that TF.js has'
}

const NESTED: Reason = {
  rule: 'is a model inside a model',
  remedy: 'put its layers into the outer model'
}

const MASK: Reason = {
  rule: 'masks places, which the loss does not know of',
  remedy: 'leave the layer out'
}

const WRONG: Reason = {
  rule: 'has gradients in tfjs that are wrong, and differ from backend to backend',
  remedy: 'use Conv2DTranspose'
}

/** Layers that are refused for a reason worth telling. */
export const REFUSED: Readonly<Record<string, Reason>> = {
  Dropout: RANDOM,
  SpatialDropout1D: RANDOM,
  GaussianNoise: RANDOM,
  GaussianDropout: RANDOM,
  AlphaDropout: RANDOM,
  RandomWidth: RANDOM,
  BatchNormalization: AVERAGES,
  UpSampling2D: WRONG,
  Lambda: CODE,
  Masking: MASK,
  Sequential: NESTED,
  Model: NESTED,
  Functional: NESTED
}
