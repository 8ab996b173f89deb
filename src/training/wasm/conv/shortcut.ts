import type { Machine } from '../machine.ts'
import { type Images, imageAt } from './images.ts'

/**
 * What goes past a block's convolutions (He et al. 2016, option A): every `stride`-th place of x, with
 * channels of zeros behind its own.
 */
export interface Shortcut {
  readonly x: Images
  readonly stride: number
}

/** What `normalise` adds: where it begins, the steps from row to row and from place to place, its channels. */
export const pastAt = (
  shortcut: Shortcut | null,
  image: number
): readonly [at: number, down: number, right: number, channels: number] => {
  if (shortcut === null) return [0, 0, 0, 0]
  const { x, stride } = shortcut
  return [imageAt(x, image), stride * x.down, stride * x.channels, x.channels]
}

/** Makes dx what comes through the shortcut alone; without margins. */
export const shortcutBackward = (
  { conv }: Machine,
  stride: number,
  d: Images,
  dx: Images,
  image: number
): void =>
  conv.copyPlaces(
    d.height,
    d.width,
    dx.channels,
    imageAt(d, image),
    d.down,
    d.channels,
    imageAt(dx, image),
    stride * dx.down,
    stride * dx.channels
  )
