/** Of a picture, in pixels. */
export interface Sides {
  readonly width: number
  readonly height: number
}

/** 16.8 million: decoded, 64 MiB. */
export const MAX_PIXELS = 2 ** 24

/** The rule that a picture of such sides breaks; null: none. */
export const sidesRule = ({ width, height }: Sides): string | null =>
  width >= 1 && height >= 1 && width * height <= MAX_PIXELS
    ? null
    : `must have 1 to ${MAX_PIXELS} pixels, its header says ${width} x ${height}`
