import type { Bytes } from '../../../../src/vector/vector.ts'

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export const unhex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'))
