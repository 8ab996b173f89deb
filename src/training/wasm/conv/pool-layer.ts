import { type CnnConfig, cnnWindow } from '../../models/cnn-layout.ts'
import { placesAlong } from '../../models/window.ts'
import type { ProgramInit } from '../program.ts'
import type { Slopes } from './convolution.ts'
import { createConvolution } from './create-convolution.ts'
import { type Images, imageAt, planImages } from './images.ts'
import { createLayer, type Layer } from './layer.ts'
import type { Scratch } from './scratch.ts'

/** What a layer lies between. */
export interface Between {
  /** With the margin that the convolution needs. */
  readonly x: Images
  readonly h: Images
  /** Gradient of h, without margin. */
  readonly d: Images
  /** Null: nobody wants it. */
  readonly dx: Images | null
}

/** h = relu(pool(x * kernel) + bias) */
export const createPoolLayer = (
  init: ProgramInit,
  name: string,
  config: CnnConfig['convolutions'][number],
  scratch: Scratch,
  { x, h, d, dx }: Between
): Layer => {
  const { machine, examples, parameters, gradients } = init
  const window = cnnWindow(config)
  const kernel = parameters.at(`${name}/kernel`)
  const bias = parameters.at(`${name}/bias`)
  const dBias = gradients.at(`${name}/bias`)
  const height = placesAlong(x.height, window)
  const width = placesAlong(x.width, window)
  const shape = [height, width, config.channels] as const
  const z = planImages(machine, examples, shape)
  const below: Slopes | null = dx === null ? null : { images: dx, add: false }
  const convolution = createConvolution({
    machine,
    scratch,
    window,
    kernel,
    dKernel: gradients.at(`${name}/kernel`),
    x,
    z,
    dx: below
  })
  const { dz } = convolution
  const sides = [h.height, h.width, h.channels] as const
  return createLayer(convolution, {
    forward: (image) => {
      const from = imageAt(z, image)
      machine.conv.maxPool(...sides, from, z.down, bias.at, imageAt(h, image), h.down)
    },
    beginBackward: () => {
      machine.values(dBias).fill(0)
    },
    backward: (image, place) =>
      machine.conv.maxPoolGradient(
        ...sides,
        imageAt(z, image),
        z.down,
        imageAt(h, image),
        h.down,
        imageAt(d, image),
        imageAt(dz, place),
        dz.down,
        dBias.at
      )
  })
}
