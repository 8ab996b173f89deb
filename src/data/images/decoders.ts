import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Sides } from './sides.ts'

/** A decoded picture. */
export interface Picture extends Sides {
  /** Red, green, blue and opacity. // [height, width, 4] */
  readonly data: Uint8ClampedArray
}

/** Throws an error that says why not. */
export type Decode = (bytes: ArrayBuffer) => Promise<Picture>

/** What is used of WebAssembly; TypeScript has its types among those of the browser only. */
declare const WebAssembly: {
  readonly Instance: new (code: object, imports: object) => { readonly exports: object }
  compile(bytes: Uint8Array): Promise<object>
}

// Both are loaded for images only: they take some ten milliseconds.

const codeOf = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(fileURLToPath(import.meta.resolve(name)))

/** What cameras write, and every viewer overlooks. */
const HARMLESS = /extraneous bytes|JFIF revision/

/** libjpeg (MozJPEG) as WebAssembly. What it only prints, and reads on after, is an error here. */
export const loadJpeg = async (): Promise<Decode> => {
  const { default: decode, init } = await import('@jsquash/jpeg/decode.js')
  const code = await WebAssembly.compile(await codeOf('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'))
  let complaint = ''
  const options = {
    instantiateWasm: (imports: object, use: (instance: object) => void) => {
      const instance = new WebAssembly.Instance(code, imports)
      use(instance)
      return instance.exports
    },
    printErr: (text: string) => {
      if (!HARMLESS.test(text)) complaint ||= text
    }
  }
  await init(options)
  const decodeOne = async (bytes: ArrayBuffer): Promise<Picture> => {
    complaint = ''
    try {
      const picture: Picture = await decode(bytes)
      if (complaint === '') return picture
    } catch (error) {
      // It has left everything where it was: the next picture gets another one.
      await init(options)
      complaint ||= String(error)
    }
    throw new SyntaxError(complaint)
  }
  // One after the other, so that complaints are about the picture they are about.
  let last: Promise<unknown> = Promise.resolve()
  return (bytes) => {
    const own = last.then(() => decodeOne(bytes))
    last = own.catch(() => undefined)
    return own
  }
}

/** The Rust crate png as WebAssembly. */
export const loadPng = async (): Promise<Decode> => {
  const { decode, init } = await import('@jsquash/png/decode.js')
  await init(await codeOf('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'))
  return (bytes) => decode(bytes)
}
