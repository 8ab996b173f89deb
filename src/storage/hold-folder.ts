/**
 * Keeps a folder to one process of this machine, for as long as that lives: it listens on a local socket
 * whose name comes from the folder's. However a process ends, its sockets end with it.
 */
import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'

const NAME_DIGITS = 32

const addressOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256').update(await realpath(folder))
  const name = `swarmgrad-${hash.digest('hex').slice(0, NAME_DIGITS)}`
  switch (process.platform) {
    case 'linux':
      // A socket without a file, which nobody has to clear away.
      return `\0${name}`
    case 'win32':
      return `\\\\.\\pipe\\${name}`
    default:
      return join(tmpdir(), `${name}.sock`)
  }
}

/** Null: the address is taken. */
const listen = (address: string): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen(address, () => resolve(server))
  })

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/** Returns what lets the folder go. @throws InvalidInputError when another process has it */
export const holdFolder = async (folder: string): Promise<() => Promise<void>> => {
  const address = await addressOf(folder)
  let server = await listen(address)
  if (server === null && !(await answers(address))) {
    // The file of a process that was killed, where sockets have files.
    await rm(address, { force: true }).catch(() => {})
    server = await listen(address)
  }
  if (server === null) {
    const rule = 'is in use by another process'
    const remedy = 'give every peer a state folder of its own, or end the other process'
    throw new InvalidInputError([{ path: folder, rule, remedy }])
  }
  const held = server
  return () => new Promise((done) => held.close(() => done()))
}
