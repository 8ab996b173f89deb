import type { Vector } from '../../../vector/vector.ts'
import type { Window } from '../../models/window.ts'
import type { ProgramInit } from '../program.ts'
import { inputMargin } from './convolution.ts'
import { type Images, imageAt, imagesIn, planImages } from './images.ts'

/** The images of a batch. */
export interface Input {
  /** With the margin that the first convolution needs. */
  readonly images: Images
  /** Takes rows from outside; returns how many there are. */
  place(x: Vector): number
}

export const createInput = ({ machine, model, examples }: ProgramInit, window: Window): Input => {
  const { features, shape } = model
  const rows = machine.matrix(examples, features)
  const given = imagesIn(rows, shape)
  const images = planImages(machine, examples, shape, inputMargin(shape, window))
  const { height, down } = given
  return {
    images,
    place: (x) => {
      const count = x.length / features
      machine.values(rows).set(x)
      for (let i = 0; i < count; i++) {
        const [from, to] = [imageAt(given, i), imageAt(images, i)]
        machine.conv.copyPlaces(height, 1, down, from, down, 0, to, images.down, 0)
      }
      return count
    }
  }
}
