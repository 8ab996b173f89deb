import type { Picture } from './decoders.ts'
import type { Samples } from './resize.ts'

const OPAQUE = 255

/** Grey of a colour (ITU-R BT.601), as everybody weighs it. */
const greyOf = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue

/** A picture on white paper, in red, green and blue or in grey. // [height, width, channels] */
export const samplesOf = ({ data, width, height }: Picture, channels: 1 | 3): Samples => {
  const values = new Uint8ClampedArray(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    let red = data[4 * i]!
    let green = data[4 * i + 1]!
    let blue = data[4 * i + 2]!
    const ink = data[4 * i + 3]!
    if (ink < OPAQUE) {
      red = (ink * red) / OPAQUE + OPAQUE - ink
      green = (ink * green) / OPAQUE + OPAQUE - ink
      blue = (ink * blue) / OPAQUE + OPAQUE - ink
    }
    if (channels === 1) {
      values[i] = greyOf(red, green, blue)
    } else {
      values[3 * i] = red
      values[3 * i + 1] = green
      values[3 * i + 2] = blue
    }
  }
  return { width, height, channels, values }
}
