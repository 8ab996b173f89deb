/** What is used of WebAssembly; TypeScript has its types among those of the browser only. */
export interface Memory {
  readonly buffer: ArrayBuffer
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: Memory } }
  ) => { readonly exports: unknown }
}

/** What a module of ours exports, on a memory that it shares with others. */
export const instance = (base64: string, memory: Memory): unknown => {
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'))
  return new WebAssembly.Instance(module, { env: { memory } }).exports
}
