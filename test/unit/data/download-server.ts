import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { FetchOptions } from '../../../src/data/download/fetch-files.ts'
import type { RemoteFile } from '../../../src/data/download/request.ts'
import type { InvalidInputError, Problem } from '../../../src/errors.ts'
import { seeded } from '../../../src/random.ts'

/** More than one chunk of a socket. */
export const LENGTH = 300_000
const random = seeded(11)
export const CONTENT = Buffer.from(Uint8Array.from({ length: LENGTH }, () => random.integer(256)))

export const remoteFile = (name: string, content: Buffer): RemoteFile => ({
  name,
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex')
})
export const FILE = remoteFile('file.bin', CONTENT)

export interface Served {
  readonly base: string
  /** The Range of every request; null where it asked for the whole file. */
  readonly ranges: readonly (string | null)[]
}

/** A server on 127.0.0.1 that the test's end closes, with whatever hangs in it. */
export const serve = async (t: ExecutionContext, listener: RequestListener): Promise<Served> => {
  const ranges: (string | null)[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? null)
    listener(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`, ranges }
}

/** First byte asked for; 0 without a Range. */
export const startOf = ({ headers }: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(headers.range ?? 'bytes=0-')![1])

/** The head of the right answer to a request, which may be of a part of the content. */
export const answerHead = (request: IncomingMessage, response: ServerResponse): number => {
  const start = startOf(request)
  const length = { 'content-length': LENGTH - start }
  const range = { 'content-range': `bytes ${start}-${LENGTH - 1}/${LENGTH}` }
  if (request.headers.range === undefined) response.writeHead(200, length)
  else response.writeHead(206, { ...length, ...range })
  return start
}

/** Does all right. */
export const good: RequestListener = (request, response) => {
  response.end(CONTENT.subarray(answerHead(request, response)))
}

export const temporaryFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'swarmgrad-download-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const optionsFor = (base: string, folder: string): FetchOptions => ({
  base,
  folder,
  remedy: 'bring it by hand'
})

/** The one problem that a download fails with. */
export const problemOf = async (
  t: ExecutionContext,
  download: Promise<unknown>
): Promise<Problem> => {
  const error = await t.throwsAsync(download, { name: 'InvalidInputError' })
  const { problems } = error as InvalidInputError
  t.is(problems.length, 1)
  return problems[0]!
}
