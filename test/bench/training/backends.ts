/**
 * Everything that computes, by the benchmark's name for it. `wasm` is swarmgrad's own engine, and
 * `tfjs-wasm` what TensorFlow.js makes of the same models on the same processor.
 */
export const BACKENDS = ['wasm', 'tfjs-wasm', 'tensorflow', 'webgpu', 'cpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/** One that has passed its smoke test here. Plain data. */
export interface Usable {
  readonly name: BackendName
  /** What computes, and its version. */
  readonly description: string
}

export interface Unusable {
  readonly name: BackendName
  readonly reason: string
}
