/** What a contender is asked, one JSON document a line on its stdin; it answers on its stdout. */
export type Request =
  | OpenRequest
  /** Writes the gradient at the first batch of the first replica, in the layout's order. */
  | { readonly type: 'gradient'; readonly into: string }
  /** Takes steps of Adam until so many seconds have passed, but one at least. */
  | { readonly type: 'run'; readonly seconds: number }

/** Comes first, once. */
export interface OpenRequest {
  readonly type: 'open'
  readonly case: CaseDocument
  /** Of `writeCase`. */
  readonly folder: string
}

/** A case as data. */
export interface CaseDocument {
  readonly name: string
  readonly model: object
  readonly features: number
  readonly shape: readonly number[]
  readonly places: number
  readonly classes: number
  readonly batch: number
  readonly batches: number
  readonly rate: number
  /** Names of the layout's tensors, in order. */
  readonly tensors: readonly string[]
}

export interface OpenAnswer {
  readonly parameters: number
  /** Name and version of what computes. */
  readonly library: string
}

export interface GradientAnswer {
  readonly loss: number
}

/** One stretch of steps. */
export interface Turn {
  readonly steps: number
  readonly seconds: number
  /** Of all threads of the process. */
  readonly processorSeconds: number
}
