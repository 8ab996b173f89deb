import type { Convolution } from './convolution.ts'

/** A layer of a model of images: takes all images of a batch on before the next layer does. */
export interface Layer {
  forward(images: number): void
  /** After a `forward` of the same images. Fills the gradients of its parameters. */
  backward(images: number): void
}

/** What a layer does to single images behind its convolution. */
export interface Behind {
  forward(image: number): void
  /** Before the first image on the way back. */
  beginBackward(): void
  /** Makes the image's dz, in that place of the convolution's. */
  backward(image: number, place: number): void
}

export const createLayer = (convolution: Convolution, behind: Behind): Layer => {
  const { group } = convolution
  const countAt = (first: number, images: number): number => Math.min(group, images - first)
  return {
    forward: (images) => {
      convolution.beginForward()
      for (let first = 0; first < images; first += group) {
        const count = countAt(first, images)
        convolution.forward(first, count)
        for (let i = 0; i < count; i++) behind.forward(first + i)
      }
    },
    backward: (images) => {
      behind.beginBackward()
      convolution.beginBackward()
      for (let first = 0; first < images; first += group) {
        const count = countAt(first, images)
        for (let i = 0; i < count; i++) behind.backward(first + i, i)
        convolution.backward(first, count)
      }
      convolution.endBackward()
    }
  }
}
