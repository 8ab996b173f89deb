import type { Bytes, Vector } from '../vector/vector.ts'
import type { DataFile } from './files/data-file.ts'

export type Shape = readonly [height: number, width: number, channels: number]

/** Called with the share that is done, 0..1. */
export type OnProgress = (done: number) => void

/** Where each row goes: row r to place `places[r]` of the memory, -1 to none. // [rows of the dataset] */
export type Places = Int32Array

/** Rows of bytes, read from files. One byte a value is kept; it is normalised when a row is read. */
interface FromFiles {
  readonly kind: 'bytes'
  /** What a byte is to a model, by channel. // [channels, 256] */
  readonly scale: Vector
  load(places: Places, into: Bytes, onProgress: OnProgress): Promise<void>
}

/** Rows of bytes that are computed: each is made when it is read for the first time. */
interface Made {
  readonly kind: 'made'
  readonly scale: Vector
  make(row: number, into: Bytes, offset: number): void
}

/** One element of a row of columns: (x - mean) / deviation of a number, or whether a field has a name. */
export interface Element {
  /** Of the column; of one with names also the name, as in `city=Rome`. */
  readonly name: string
  readonly mean: number
  /** 0: the element is always 0. */
  readonly deviation: number
}

/** Rows of columns, kept as float32. */
interface Columns {
  readonly kind: 'floats'
  readonly elements: readonly Element[]
  load(places: Places, into: Vector, onProgress: OnProgress): Promise<void>
}

/** What is known of labelled rows before any is read: a peer reads those of its shard only. */
export type Dataset = (FromFiles | Made | Columns) & {
  readonly name: string
  readonly classes: number
  /** Of one row. Columns are [1, 1, columns]. */
  readonly shape: Shape
  /** Class of every row, 0..classes-1, of the training and of the test. // [rows] */
  readonly labels: Bytes
  /** Which rows are for training. */
  readonly train: Int32Array<ArrayBuffer>
  readonly test: Int32Array<ArrayBuffer>
}

/** A dataset that is still on disk, and the files that it is in. */
export interface Opened {
  readonly dataset: Dataset
  readonly files: readonly DataFile[]
}

/** Rows held in memory, ready for batches. */
export interface Table {
  readonly rows: number
  /** Elements of one row. */
  readonly width: number
  /** The same row as an image. */
  readonly shape: Shape
  readonly classes: number
  /** [rows] */
  readonly labels: Bytes
  /** Writes row `row`, normalised, into `into` from `offset` on. // [width] */
  read(row: number, into: Vector, offset: number): void
}

/** Elements of one row. */
export const widthOf = (shape: Shape): number => shape[0] * shape[1] * shape[2]
