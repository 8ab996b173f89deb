import { placesAlong, type Window } from '../../models/window.ts'
import type { Machine } from '../machine.ts'
import type { Matrix } from '../matrix.ts'
import type { Images, Margin, Shape } from './images.ts'
import type { Scratch } from './scratch.ts'
import { squareMargin, squaresFit } from './squares.ts'

/** A convolution without bias, a group of images at a time. */
export interface Convolution {
  /** Images of a group, at the most. */
  readonly group: number
  /** Gradients of a group's z, the first image's first; any margin is zero and stays so. */
  readonly dz: Images
  /** Before the first group of a batch: packs the kernel, which may have changed. */
  beginForward(): void
  /** z from x. */
  forward(first: number, count: number): void
  /** Before the first group on the way back. */
  beginBackward(): void
  /** From dz: dx, and the group's part of the kernel's gradient. */
  backward(first: number, count: number): void
  /** Behind the last group: the kernel's gradient is there. */
  endBackward(): void
}

/** Where an input's gradient goes. */
export interface Slopes {
  /** Without margin. */
  readonly images: Images
  /** Whether it is added to what is there. */
  readonly add: boolean
}

export interface ConvolutionInit {
  readonly machine: Machine
  readonly scratch: Scratch
  readonly window: Window
  readonly kernel: Matrix // [rows columns in, out]
  readonly dKernel: Matrix
  /** With `inputMargin` around them. */
  readonly x: Images
  /** Without margin. */
  readonly z: Images
  /** Null: nobody wants it. */
  readonly dx: Slopes | null
}

/** Zeros that must be around x, whatever the algorithm. */
export const inputMargin = ([height, width]: Shape, window: Window): Margin => {
  const { side, stride, before } = window
  const beyond = (length: number): number => {
    const places = placesAlong(length, window)
    const seen = (places - 1) * stride + side - before - length
    return Math.max(0, squaresFit(window) ? squareMargin(length, places, before) : seen)
  }
  return { top: before, left: before, bottom: beyond(height), right: beyond(width) }
}
