/** Where a running peer can be asked by programs of its own user: one local socket for each data directory. */
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const SOCKET_FILE = 'control.sock'
/** sun_path has 104 bytes on some systems, 108 on others, the closing zero included. */
const MAX_PATH_BYTES = 100
const NAME_DIGITS = 32

/** What the folder is called where its path is too long, or sockets have no files. */
const shortName = (folder: string): string => {
  const hash = createHash('sha256').update(folder).digest('hex')
  return `swarmgrad-control-${hash.slice(0, NAME_DIGITS)}`
}

/** A path for `net.connect` and `server.listen`. `state`: the data directory. */
export const controlAddress = (state: string, platform: string = process.platform): string => {
  const folder = resolve(state)
  if (platform === 'win32') return `\\\\.\\pipe\\${shortName(folder)}`
  const path = join(folder, SOCKET_FILE)
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  return join(tmpdir(), `${shortName(folder)}.sock`)
}

/** Whether the address is a name in the file system, which a killed process leaves behind. */
export const isFileAddress = (address: string): boolean => !address.startsWith('\\\\.\\pipe\\')
