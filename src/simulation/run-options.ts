import type { RoundRecord } from '../storage/round-record.ts'

/** What a caller may watch and stop. */
export interface RunOptions {
  /** Ends the run early but clean: peers part from each other and what was measured is kept. */
  readonly signal: AbortSignal
  /** Once the inputs have proved good, before the first record. */
  readonly onStart: () => Promise<void>
  readonly onRecord: (record: RoundRecord) => void
  readonly onProgress: (progress: Progress) => void
  /** The module of a model `custom`: a path, or a file: URL. @default null */
  readonly trainer?: string | null
}

export interface Progress {
  readonly stage: string
  /** 0..1 of this stage. */
  readonly done: number
}
