/** A square window that slides over an image, with zeros around the image where it stands over the edge. */
export interface Window {
  readonly side: number
  /** From one place to the next, along both sides. */
  readonly stride: number
  /** Zeros above the image and left of it, and those below and right. */
  readonly before: number
  readonly after: number
}

/** Places of a window along a side of an image; 0 or less where it has none. */
export const placesAlong = (length: number, { side, stride, before, after }: Window): number =>
  Math.floor((length + before + after - side) / stride) + 1
