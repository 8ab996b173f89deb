import type { Connection, Stream } from '@libp2p/interface'
import type { Channel } from '../wire/link-end.ts'

/** Whether links may be held with the other end of a connection; a promise never rejects. */
export type MayLink = (connection: Connection) => true | Promise<boolean>

type Streams = Map<Channel, Stream>

/** Streams of those that want a link while it is not known yet whether they may have one. */
export class Doorstep {
  readonly #mayLink: MayLink
  readonly #waiting = new Map<string, Streams>()

  constructor(mayLink: MayLink) {
    this.#mayLink = mayLink
  }

  /** For a connection that this end has made. */
  async admits(connection: Connection): Promise<boolean> {
    const may = this.#mayLink(connection)
    return may === true || may
  }

  /** Calls `enter` with the streams that have come until then, at once or later; or resets them. */
  arrive(
    channel: Channel,
    stream: Stream,
    connection: Connection,
    enter: (streams: ReadonlyMap<Channel, Stream>) => void
  ): void {
    const { id } = connection
    const waiting = this.#waiting.get(id)
    if (waiting?.has(channel)) stream.abort(new Error('one too many'))
    else if (waiting !== undefined) waiting.set(channel, stream)
    else {
      const may = this.#mayLink(connection)
      const streams: Streams = new Map([[channel, stream]])
      if (may === true) {
        enter(streams)
        return
      }
      this.#waiting.set(id, streams)
      void may.then((admitted) => {
        this.#waiting.delete(id)
        if (admitted) enter(streams)
        else for (const one of streams.values()) one.abort(new Error('refused'))
      })
    }
  }
}
