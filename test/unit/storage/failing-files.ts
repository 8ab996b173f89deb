import type { FileHandle } from 'node:fs/promises'
import { FILES, type Files } from '../../../src/storage/files.ts'

/** The error code that an operation on a path fails with; null: it works. */
export type Decide = (operation: string, path: string) => string | null

const errorOf = (code: string, operation: string): Error =>
  Object.assign(new Error(`${code}: injected, ${operation}`), { code })

/** A write that fails has written half of its bytes: a disk that fills up. */
const failingHandle = (handle: FileHandle, path: string, decide: Decide): FileHandle =>
  new Proxy(handle, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return async (...given: unknown[]) => {
        const operation = String(name)
        const code = operation === 'close' ? null : decide(operation, path)
        if (code === null) return value.apply(target, given)
        if (operation === 'write') {
          const [bytes, offset, length, position] = given as [Uint8Array, number, number, number]
          await target.write(bytes, offset, length >> 1, position)
        }
        throw errorOf(code, operation)
      }
    }
  })

/** A file system some of whose operations fail. */
export const failingFiles = (decide: Decide): Files => {
  const checked =
    <A extends readonly unknown[], T>(operation: string, run: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      const code = decide(operation, String(given[0]))
      if (code !== null) throw errorOf(code, operation)
      return run(...given)
    }
  return {
    mkdir: checked('mkdir', FILES.mkdir as (path: string) => Promise<string>),
    open: checked('open', async (path: string, flags?: string, mode?: number) =>
      failingHandle(await FILES.open(path, flags, mode), path, decide)
    ),
    rename: checked('rename', FILES.rename),
    rm: checked('rm', FILES.rm)
  } as unknown as Files
}
