import type { FileHandle } from 'node:fs/promises'
import { type Answer, ask, refuse, type Source } from './request.ts'

export interface ReceiveOptions {
  /** Called with the bytes that are there; fewer than before when the file begins anew. */
  readonly onProgress: (done: number) => void
  readonly signal?: AbortSignal | undefined
  /** How long the server may say nothing. */
  readonly idleMs: number
}

/** Connections for one file; each after the first has brought it further. */
const MOST_CONNECTIONS = 10

/** Aborts when `rearm` has not been called for a while, or when `outer` does. */
const createWatch = (idleMs: number, outer: AbortSignal | undefined) => {
  const controller = new AbortController()
  const { signal } = controller
  const expire = (): void =>
    controller.abort(new DOMException(`no answer for ${idleMs / 1000} s`, 'TimeoutError'))
  const timer = setTimeout(expire, idleMs)
  return {
    signal: outer === undefined ? signal : AbortSignal.any([signal, outer]),
    rearm: () => timer.refresh(),
    end: () => clearTimeout(timer)
  }
}

const writeAt = async (handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

const sizeOf = async (handle: FileHandle): Promise<number> => (await handle.stat()).size

/** Why a connection brought no more, in the words of what broke it. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException
  return code ?? (inner || message)
}

const isBroken = (error: unknown): boolean =>
  // What fetch and its bodies throw, whatever befalls a connection; a mistake of ours has no cause.
  (error instanceof TypeError && error.cause !== undefined) ||
  (error instanceof DOMException && error.name === 'TimeoutError')

/** One connection: writes what it brings. Returns why there is no more, null when all is there. */
const connect = async (
  source: Source,
  handle: FileHandle,
  { onProgress, signal, idleMs }: ReceiveOptions
): Promise<string | null> => {
  const { bytes } = source.file
  const watch = createWatch(idleMs, signal)
  const write = async ({ from, body }: Answer): Promise<number> => {
    await handle.truncate(from)
    let at = from
    for await (const chunk of body) {
      watch.rearm()
      if (at + chunk.length > bytes) {
        // The beginning of another file is not worth keeping.
        await handle.truncate(0)
        refuse(source, `must be ${bytes} bytes long, goes on after them`)
      }
      await writeAt(handle, chunk, at)
      at += chunk.length
      onProgress(at)
    }
    return at
  }
  try {
    const at = await write(await ask(source, await sizeOf(handle), watch.signal))
    return at === bytes ? null : `ended after ${at} of ${bytes} bytes`
  } catch (error) {
    signal?.throwIfAborted()
    if (isBroken(error)) return reasonOf(error)
    throw error
  } finally {
    watch.end()
  }
}

/** Fills the file behind `handle` up, from where it ends. What has come stays when it fails. */
export const receive = async (
  source: Source,
  handle: FileHandle,
  options: ReceiveOptions
): Promise<void> => {
  const { bytes } = source.file
  if ((await sizeOf(handle)) > bytes) await handle.truncate(0)
  for (let connection = 1; ; connection++) {
    const before = await sizeOf(handle)
    if (before === bytes) return
    const reason = await connect(source, handle, options)
    if (reason === null) return
    if (connection < MOST_CONNECTIONS && (await sizeOf(handle)) > before) continue
    refuse(source, `must be within reach: ${reason}`)
  }
}
