/** Asks the peer that runs on a data directory, over its control socket (docs/operating.md lists the paths). */
import { lstat } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { RunFailedError } from '../errors.ts'
import { controlAddress, isFileAddress } from '../storage/control-address.ts'
import { reasonOf } from './read-document.ts'

export interface AskOptions {
  /** Answers above this are not read. @default 64 MiB */
  readonly maxBytes?: number
  /** Without a byte for so long, the peer counts as hung. @default 15 s */
  readonly silenceMs?: number
}

const MAX_BYTES = 64 << 20
const SILENCE_MS = 15_000
/** What a refusal may say. */
const MAX_WHY = 300

/** Nobody listens: the peer has ended, or never ran. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** In a shared folder for temporary files, the name could be another user's. */
const checkOwner = async (address: string): Promise<void> => {
  if (!isFileAddress(address)) return
  const found = await lstat(address).catch(() => null)
  if (found !== null && found.uid !== process.getuid?.()) {
    throw new RunFailedError(
      `${address} belongs to another user; run the command as the user of the peer`
    )
  }
}

const collect = (response: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((done, fail) => {
    const parts: Buffer[] = []
    let length = 0
    response.on('data', (part: Buffer) => {
      length += part.length
      if (length > maxBytes) {
        response.destroy(new RunFailedError(`the peer's answer has more than ${maxBytes} bytes`))
      } else parts.push(part)
    })
    response.once('end', () => done(Buffer.concat(parts)))
    response.once('error', fail)
    response.once('aborted', () => fail(new RunFailedError('the peer ended while it answered')))
  })

const ask = (
  socketPath: string,
  path: string,
  maxBytes: number,
  silenceMs: number
): Promise<{ readonly status: number; readonly body: Buffer }> =>
  new Promise((done, fail) => {
    const request = get({ socketPath, path, agent: false, headers: { host: 'localhost' } })
    request.setTimeout(silenceMs, () => {
      const seconds = silenceMs / 1000
      request.destroy(new RunFailedError(`the peer has not answered for ${seconds} seconds`))
    })
    request.once('error', fail)
    request.once('response', (response) => {
      collect(response, maxBytes).then(
        (body) => done({ status: response.statusCode ?? 0, body }),
        fail
      )
    })
  })

/**
 * The body of the answer, such as that of `/status` or `/replica`; null: no peer runs on this folder.
 *
 * @throws RunFailedError when the peer refuses, hangs, says too much, or is another user's
 */
export const askPeer = async (
  stateFolder: string,
  path: string,
  { maxBytes = MAX_BYTES, silenceMs = SILENCE_MS }: AskOptions = {}
): Promise<Buffer | null> => {
  const address = controlAddress(stateFolder)
  try {
    await checkOwner(address)
    const { status, body } = await ask(address, path, maxBytes, silenceMs)
    // /healthz tells with its status what the body says.
    if (status === 200 || path === '/healthz') return body
    const why = body.toString('utf8', 0, MAX_WHY).trim()
    throw new RunFailedError(`the peer refuses ${path}: ${why} (${status})`)
  } catch (error) {
    if (error instanceof RunFailedError) throw error
    if (ABSENT.includes(codeOf(error))) return null
    throw new RunFailedError(`cannot ask the peer at ${address}: ${reasonOf(error)}`, {
      cause: error
    })
  }
}
