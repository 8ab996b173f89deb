/**
 * Keeps a folder to one process of this machine, for as long as that lives: it listens on a local socket
 * whose name comes from the folder's, and tells whoever asks its process id. However a process ends, its
 * sockets end with it, so that a lock is never left behind. What another container, or a folder for
 * temporary files that has been cleared, hides of it, the socket shows by which a running peer is asked.
 */
import { createHash } from 'node:crypto'
import { access, constants, mkdir, realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { controlAddress, isFileAddress } from './control-address.ts'
import { cannotWrite, unusable } from './disk-error.ts'

const NAME_DIGITS = 32
/** An answer is one short line; a holder that is busy may take a while. */
const MAX_ANSWER = 256
const ANSWER_MS = 2000

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
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.write(`${JSON.stringify({ pid: process.pid })}\n`)
      // Anybody on this machine may ask; who does not hang up must not hold up the end.
      socket.destroySoon()
    }).unref()
    // Who cannot be answered (no descriptors, no memory) is no reason to end.
    server.on('error', () => {})
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen(address, () => resolve(server))
  })

const pidIn = (answer: string): number | null => {
  try {
    const { pid } = JSON.parse(answer) as { pid?: unknown }
    return Number.isSafeInteger(pid) ? (pid as number) : null
  } catch {
    return null
  }
}

/** What listens there says which process it is; `pid` null: it says something else, or nothing. Null: nothing listens. */
const ask = (address: string): Promise<{ readonly pid: number | null } | null> =>
  new Promise((resolve) => {
    const socket = connect(address)
    let answer = ''
    let connected = false
    const done = (): void => {
      resolve(connected ? { pid: pidIn(answer) } : null)
      socket.destroy()
    }
    socket.setTimeout(ANSWER_MS, done)
    socket.setEncoding('utf8')
    socket.once('connect', () => {
      connected = true
    })
    socket.on('data', (text: string) => {
      answer += text
      if (answer.length > MAX_ANSWER) done()
    })
    socket.once('error', done)
    socket.once('close', done)
  })

/** Whether a running peer can be asked there. */
const isServed = async (folder: string): Promise<boolean> => {
  const address = controlAddress(folder)
  return isFileAddress(address) && (await answers(address))
}

const refuse = (folder: string, pid: number | null): never => {
  const who = pid === null ? 'another process' : `process ${pid}`
  const remedy = 'give every peer a state folder of its own, or end the other process'
  throw unusable(folder, `is in use by ${who}`, remedy)
}

/**
 * Makes the folder where there is none. Returns what lets it go.
 * @throws InvalidInputError when another process has it, with its process id, or when it cannot be made or written to
 */
export const holdFolder = async (folder: string): Promise<() => Promise<void>> => {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (error) {
    throw cannotWrite(folder, error)
  }
  const address = await addressOf(folder)
  let server = await listen(address)
  let holder: { readonly pid: number | null } | null = null
  if (server === null) {
    holder = await ask(address)
    // The file of a process that was killed, where sockets have files.
    if (holder === null) await rm(address, { force: true }).catch(() => {})
    if (holder === null) server = await listen(address)
  }
  if (server === null) return refuse(folder, holder?.pid ?? null)
  const held = server
  const release = (): Promise<void> => new Promise((done) => held.close(() => done()))
  if (await isServed(folder)) {
    await release()
    return refuse(folder, null)
  }
  return release
}
