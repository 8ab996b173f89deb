import type { Layout } from '../../vector/layout.ts'
import type { Bytes } from '../../vector/vector.ts'
import { MODULE } from './module.ts'

/** The part of the global that is used here; the compiler knows it only together with the DOM. */
declare const WebAssembly: {
  readonly Module: new (bytes: Bytes) => object
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** What wasm/delta exports. Addresses are offsets into the memory. */
interface DeltaExports {
  openEncoder(
    parameters: number,
    runLength: number,
    tensorCount: number,
    levelCount: number,
    maxScale: number,
    maxCount: number,
    maxBytes: number
  ): number
  payload(): number
  encode(density: number, weight: number): number
  openDecoder(
    tensorCount: number,
    levelCount: number,
    maxScale: number,
    maxCount: number,
    maxBytes: number
  ): number
  decodedIndices(): number
  decodedValues(): number
  decode(length: number): number
}

export interface DeltaInstance {
  readonly exports: DeltaExports
  /** Its buffer is replaced when an `open` function grows it, and stays from then on. */
  readonly memory: { readonly buffer: ArrayBuffer }
}

let compiled: object | null = null

/** The module with a memory of its own, which is freed with it. */
export const openInstance = (): DeltaInstance => {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(MODULE), (x) => x.charCodeAt(0)))
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
  return { exports: exports as DeltaExports, memory }
}

/** Writes the sizes of the tensors where an `open` function said; it says -1 where memory is short. */
export const writeSizes = (layout: Layout, { memory }: DeltaInstance, at: number): void => {
  if (at < 0) throw new RangeError(`not enough memory for ${layout.length} parameters`)
  const sizes = new Int32Array(memory.buffer, at, layout.tensors.length)
  for (const [i, { size }] of layout.tensors.entries()) sizes[i] = size
}
