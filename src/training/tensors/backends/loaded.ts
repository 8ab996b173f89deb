/** What a backend says of itself once it is loaded. */
export interface Loaded {
  /** Packages and device that compute, for people. */
  readonly description: string
  /** Whether a GPU computes; one that is emulated on the CPU is none. */
  readonly gpu: boolean
  /** What is slower than it should be, and why; null: nothing is. */
  readonly notice: string | null
}

/**
 * Registers a backend with tfjs and makes it the current one. `module`: the only package that may be
 * loaded, where a backend has several; null: the first that loads. Throws where it does not start here.
 */
export type LoadBackend = (module: string | null) => Promise<Loaded>
