import { InvalidInputError } from '../../errors.ts'

/** A file as it must arrive. */
export interface RemoteFile {
  readonly name: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Where a file comes from, and what to tell a reader who cannot get it. */
export interface Source {
  readonly url: URL
  readonly file: RemoteFile
  readonly remedy: string
}

export interface Answer {
  /** Position in the file of the body's first byte. */
  readonly from: number
  readonly body: AsyncIterable<Uint8Array>
}

export const refuse = ({ url, remedy }: Source, rule: string, cause?: unknown): never => {
  throw new InvalidInputError([{ path: url.href, rule, remedy }], { cause })
}

/** Whether a 206 holds what was asked for: from byte `have` to the end of a file of this length. */
const continues = (response: Response, have: number, bytes: number): boolean => {
  const range = response.headers.get('content-range') ?? ''
  const [, from, to, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(range) ?? []
  const whole = total === '*' || Number(total) === bytes
  return Number(from) === have && Number(to) === bytes - 1 && whole
}

const request = (url: URL, have: number, signal: AbortSignal): Promise<Response> => {
  // Bytes as they lie: an encoding made on the way would neither fit the length nor the hash.
  const headers = new Headers({ 'accept-encoding': 'identity' })
  if (have > 0) headers.set('range', `bytes=${have}-`)
  return fetch(url, { headers, signal })
}

/**
 * Asks for the file from byte `have` on. A server that cannot continue gives it from the start, at
 * once (200) or when asked again (416, or a 206 of something else).
 */
export const ask = async (source: Source, have: number, signal: AbortSignal): Promise<Answer> => {
  const response = await request(source.url, have, signal)
  const { status, statusText, headers, body } = response
  const { bytes } = source.file
  const continued = status === 206 && have > 0 && continues(response, have, bytes)
  if (body === null || !(status === 200 || continued)) {
    await body?.cancel()
    if (have > 0 && (status === 206 || status === 416)) return ask(source, 0, signal)
    return refuse(source, `must be there, the server answers ${status} ${statusText}`.trimEnd())
  }
  const from = continued ? have : 0
  const length = headers.get('content-length')
  if (length !== null && from + Number(length) !== bytes) {
    await body.cancel()
    return refuse(source, `must be ${bytes} bytes long, the server says ${from + Number(length)}`)
  }
  return { from, body }
}
