import type { Window } from '../../models/window.ts'
import type { Matrix } from '../matrix.ts'
import type { ConvolutionInit, Slopes } from './convolution.ts'
import { type Images, imageAt, type Margin, placeAt, planImages } from './images.ts'
import { type Phase, phaseMargin, phasesOf } from './phases.ts'
import { PART } from './scratch.ts'

const LANES = 8

/** Gradient of what goes into a convolution. */
export interface InputGradient {
  /** Packs the kernel; before the first image. */
  begin(): void
  /** dx of an image, from its dz, the only one. */
  backward(image: number): void
}

/** Zeros that must be around dz, of a convolution of such images. */
export const slopeMargin = (
  { height, width }: Pick<Images, 'height' | 'width'>,
  window: Window,
  places: Pick<Images, 'height' | 'width'>
): Margin => {
  const [top, bottom] = phaseMargin(phasesOf(height, window), places.height)
  const [left, right] = phaseMargin(phasesOf(width, window), places.width)
  return { top, left, bottom, right }
}

/** One pair of phases, whose places lie side by side only where the stride is 1. */
interface Part {
  readonly rows: Phase
  readonly columns: Phase
  /** // [in / 8, taps, 8] */
  readonly packed: Matrix
}

export const createInputGradient = (
  { machine, scratch, kernel, window }: ConvolutionInit,
  dz: Images,
  { images: dx, add }: Slopes
): InputGradient => {
  const { side, stride } = window
  const { channels } = dx
  const panels = Math.ceil(channels / LANES)
  const parts = phasesOf(dx.height, window).flatMap((rows) =>
    phasesOf(dx.width, window).map((columns): Part => {
      const taps = rows.taps * columns.taps * dz.channels
      return { rows, columns, packed: machine.matrix(panels, taps * LANES) }
    })
  )
  const largest = parts[0]!
  const gathered = planImages(machine, 1, [largest.rows.count, largest.columns.count, channels])

  const convolve = ({ rows, columns, packed }: Part, to: number): void =>
    machine.conv.convolve(
      rows.count,
      columns.count,
      placeAt(dz, 0, rows.from, columns.from),
      dz.down,
      dz.channels,
      rows.taps,
      columns.taps * dz.channels,
      dz.down,
      packed.at,
      channels,
      to,
      add ? 1 : 0,
      scratch.at(PART.tile)
    )

  /** Every stride-th place of dx: gathered, and put back. */
  const convolveApart = (part: Part, image: number): void => {
    const { count, first } = part.columns
    const to = placeAt(dx, image, part.rows.first, first)
    const [down, right] = [stride * dx.down, stride * channels]
    const size = [part.rows.count, count, channels] as const
    const [near, nearDown] = [gathered.at, count * channels]
    if (add) machine.conv.copyPlaces(...size, to, down, right, near, nearDown, channels)
    convolve(part, near)
    machine.conv.copyPlaces(...size, near, nearDown, channels, to, down, right)
  }

  return {
    begin: () => {
      for (const { rows, columns, packed } of parts) {
        machine.conv.packTurned(
          side,
          channels,
          dz.channels,
          kernel.at,
          rows.last,
          columns.last,
          stride,
          packed.at
        )
      }
    },
    backward: (image) => {
      if (stride === 1) convolve(largest, imageAt(dx, image))
      else for (const part of parts) convolveApart(part, image)
    }
  }
}
