import type { Stream } from '@libp2p/interface'

/** The same stream, aborted at the first chunk that `admits` does not let through. */
export const watchedStream = (stream: Stream, admits: (chunk: Uint8Array) => boolean): Stream => {
  const { source } = stream
  stream.source = (async function* () {
    for await (const chunk of source) {
      if (!admits(chunk.subarray())) {
        stream.abort(new Error('more than is admitted'))
        return
      }
      yield chunk
    }
  })()
  return stream
}

/** Lets through so many bytes in all: kad-dht reads messages of 4 MB. */
export const atMost = (bytes: number): ((chunk: Uint8Array) => boolean) => {
  let read = 0
  return (chunk) => {
    read += chunk.byteLength
    return read <= bytes
  }
}
