import type { Window } from '../../models/window.ts'

/** Winograd's algorithm takes squares of 4 x 4 places, each of which sees 6 x 6 of the input. */
const PLACES = 4
export const SEEN = 6
const KERNEL = SEEN - PLACES + 1

/** How squares cover the places of a convolution: seen from `before` rows and columns before the first. */
export interface Squares {
  readonly rows: number
  readonly columns: number
  readonly before: number
}

interface Sides {
  readonly height: number
  readonly width: number
}

const along = (places: number): number => Math.ceil(places / PLACES)

export const squaresOver = ({ height, width }: Sides, before: number): Squares => ({
  rows: along(height),
  columns: along(width),
  before
})

/** For the gradient of what goes in, which is a convolution of that of what comes out. */
export const squaresBack = (sides: Sides, { before }: Window): Squares =>
  squaresOver(sides, KERNEL - 1 - before)

/** Zeros that squares over so many places see behind the end of an image. */
export const squareMargin = (length: number, places: number, before: number): number =>
  PLACES * along(places) + KERNEL - 1 - before - length

/** Places of all squares, for one that is there. */
export const squareWaste = ({ height, width }: Sides): number =>
  (PLACES ** 2 * along(height) * along(width)) / (height * width)

/** Elements for numbers that are half transformed: of a row of squares, four channels. */
export const halvesOver = ({ columns }: Squares): number =>
  4 * SEEN * (PLACES * columns + KERNEL - 1)

/** Whether squares can be used for such windows. */
export const squaresFit = ({ side, stride, before }: Window): boolean =>
  side === KERNEL && stride === 1 && before < KERNEL
