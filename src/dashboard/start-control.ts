/** The same routes on a local socket that only its owner may open, and the replica beside them. */
import { lstat, rm } from 'node:fs/promises'
import { InvalidInputError } from '../errors.ts'
import { answers } from '../storage/answers.ts'
import { controlAddress, isFileAddress } from '../storage/control-address.ts'
import { OPEN } from './access.ts'
import type { Served } from './routes.ts'
import { createHttpServer } from './server.ts'

export interface ControlOptions extends Served {
  /** The data directory. */
  readonly state: string
  /** The replica as it is now, as a safetensors file; asked for once at a time. */
  readonly replica: () => Promise<Uint8Array>
}

export interface Control {
  readonly address: string
  close(): Promise<void>
}

/** Sockets are made with what the mask leaves of 0777. */
const OWNER_ONLY = 0o177

/** Whether a killed process has left its socket there. */
const isStale = async (address: string): Promise<boolean> => {
  if (!isFileAddress(address)) return false
  const found = await lstat(address).catch(() => null)
  return found?.isSocket() === true && !(await answers(address))
}

/** @throws InvalidInputError when another process or a file that is no socket is in the way */
export const startControl = async (options: ControlOptions): Promise<Control> => {
  const address = controlAddress(options.state)
  const { server, close } = createHttpServer({ ...options, access: OPEN })
  const listen = (): Promise<void> =>
    new Promise((done, fail) => {
      server.once('error', fail)
      // The name is made before listen returns, so nobody else ever sees it with another mode.
      const mask = process.umask(OWNER_ONLY)
      try {
        server.listen(address, () => {
          server.removeListener('error', fail)
          done()
        })
      } finally {
        process.umask(mask)
      }
    })
  try {
    if (await isStale(address)) await rm(address, { force: true })
    await listen()
  } catch (error) {
    await close()
    const rule =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'is in use'
        : `cannot be opened: ${error instanceof Error ? error.message : String(error)}`
    const remedy = 'end the other process, or remove what is there, or give another state folder'
    throw new InvalidInputError([{ path: address, rule, remedy }], { cause: error })
  }
  server.on('error', () => {})
  return { address, close }
}
