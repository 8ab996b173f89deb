import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { constants, open, rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { isThere } from '../files/is-there.ts'
import { acquire } from './lock.ts'
import { type ReceiveOptions, receive } from './receive.ts'
import { refuse, type Source } from './request.ts'

/** 0 where there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0
  )

/** SHA-256 of what lies there, hexadecimal. */
export const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const verify = async (source: Source, part: string): Promise<void> => {
  const found = await hashOf(part)
  if (found === source.file.sha256) return
  await rm(part, { force: true })
  const rule = `must have the SHA-256 ${source.file.sha256}, has ${found}; what came was deleted`
  refuse(source, rule)
}

const fill = async (source: Source, part: string, options: ReceiveOptions): Promise<void> => {
  const handle = await open(part, constants.O_RDWR | constants.O_CREAT)
  try {
    await receive(source, handle, options)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export interface DownloadOptions extends ReceiveOptions {
  /** Whether what lies at the path is the file; what is not gives way to it. @default whatever is there */
  readonly isWhole?: () => Promise<boolean>
}

/**
 * Fetches a file to `path`, where it appears whole and verified or not at all. What has come lies in
 * `path`.part and is continued the next time; `path`.lock keeps two processes from filling it.
 *
 * @throws InvalidInputError when it cannot be had, or is not the file that it should be.
 */
export const download = async (
  source: Source,
  path: string,
  options: DownloadOptions
): Promise<void> => {
  const { isWhole = () => isThere(path) } = options
  const part = `${path}.part`
  const done = async (): Promise<boolean> => {
    options.onProgress(await sizeOf(part))
    return isWhole()
  }
  const lock = await acquire(`${path}.lock`, done, options.signal)
  if (lock === null) return
  try {
    // Whoever held the lock a moment ago may have done it.
    if (await isWhole()) return
    // Or whoever waits would judge it again and again.
    await rm(path, { force: true })
    await fill(source, part, options)
    await verify(source, part)
    await rename(part, path)
  } finally {
    await lock.release()
  }
}
