import type { ProgramInit } from '../program.ts'
import { type Images, imageAt, shapeOf } from './images.ts'
import type { Layer } from './layer.ts'

/** h = the mean over all places of x. // x, dx [height, width, channels], dx without margin; h, d [1, 1, channels] */
export const createAverageLayer = (
  { machine }: ProgramInit,
  { x, h, d, dx }: Readonly<Record<'x' | 'h' | 'd' | 'dx', Images>>
): Layer => ({
  forward: (images) => {
    for (let i = 0; i < images; i++) {
      machine.conv.averagePool(...shapeOf(x), imageAt(x, i), x.down, imageAt(h, i))
    }
  },
  backward: (images) => {
    const places = x.height * x.width
    for (let i = 0; i < images; i++) {
      machine.conv.averagePoolGradient(places, x.channels, imageAt(d, i), imageAt(dx, i))
    }
  }
})
