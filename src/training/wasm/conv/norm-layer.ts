import { placesAlong, type Window } from '../../models/window.ts'
import type { Matrix } from '../matrix.ts'
import type { ProgramInit } from '../program.ts'
import type { Slopes } from './convolution.ts'
import { createConvolution } from './create-convolution.ts'
import { type Images, imageAt, planImages } from './images.ts'
import { createLayer, type Layer } from './layer.ts'
import type { Scratch } from './scratch.ts'
import { pastAt, type Shortcut } from './shortcut.ts'

/** What a layer lies between, and how it is built. */
export interface NormLayer {
  /** Of the tensors: `${convolution}/kernel`, `${norm}/gain`, `${norm}/bias`. */
  readonly convolution: string
  readonly norm: string
  readonly window: Window
  readonly groups: number
  /** With the margin that the convolution needs. */
  readonly x: Images
  /** Added before the ReLU. */
  readonly shortcut: Shortcut | null
  readonly h: Images
  /** Gradient of h, without margin; zero where h is, once it has been used. */
  readonly d: Images
  /** Null: nobody wants it. */
  readonly dx: Slopes | null
}

const FLOAT = 4

/** h = relu(norm(x * kernel) + shortcut), with group normalisation. What the shortcut's x gets is not done here. */
export const createNormLayer = (init: ProgramInit, scratch: Scratch, layer: NormLayer): Layer => {
  const { machine, examples, parameters, gradients } = init
  const { convolution: name, norm, window, groups, x, shortcut, h, d, dx } = layer
  const { channels } = h
  const kernel = parameters.at(`${name}/kernel`)
  const [gain, bias] = [parameters.at(`${norm}/gain`), parameters.at(`${norm}/bias`)]
  const [dGain, dBias] = [gradients.at(`${norm}/gain`), gradients.at(`${norm}/bias`)]
  const places = { height: placesAlong(x.height, window), width: placesAlong(x.width, window) }
  const shape = [places.height, places.width, channels] as const
  const z = planImages(machine, examples, shape)
  const mean = machine.matrix(examples, channels)
  const inverse = machine.matrix(examples, channels)
  const sums = machine.matrix(2, channels)
  const convolution = createConvolution({
    machine,
    scratch,
    window,
    kernel,
    dKernel: gradients.at(`${name}/kernel`),
    x,
    z,
    dx
  })
  const { dz } = convolution
  const rowAt = ({ at }: Matrix, image: number): number => at + FLOAT * image * channels
  const momentsAt = (image: number) =>
    [imageAt(z, image), rowAt(mean, image), rowAt(inverse, image)] as const

  return createLayer(convolution, {
    forward: (image) => {
      const moments = momentsAt(image)
      const past = pastAt(shortcut, image)
      const to = imageAt(h, image)
      machine.conv.groupMoments(shape[0] * shape[1], channels, groups, ...moments)
      machine.conv.normalise(...shape, ...moments, gain.at, bias.at, ...past, to, h.down)
    },
    beginBackward: () => {
      machine.values(dGain).fill(0)
      machine.values(dBias).fill(0)
    },
    backward: (image, place) => {
      const moments = momentsAt(image)
      const slopes = imageAt(d, image)
      const output = imageAt(h, image)
      machine.conv.normaliseSums(...shape, ...moments, output, h.down, slopes, sums.at)
      machine.conv.normaliseGradient(
        ...shape,
        groups,
        ...moments,
        gain.at,
        sums.at,
        slopes,
        imageAt(dz, place),
        dz.down,
        dGain.at,
        dBias.at
      )
    }
  })
}
