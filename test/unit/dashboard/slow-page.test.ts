import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import test from 'ava'
import { EventFeed } from '../../../src/dashboard/event-feed.ts'
import { SyntheticSwarm } from '../../helpers/synthetic-swarm.ts'

/** Takes everything and, unless it reads, lets go of nothing. */
class Page extends EventEmitter {
  readonly #reads: boolean
  writableLength = 0
  destroyed = false
  written = 0

  constructor(reads: boolean) {
    super()
    this.#reads = reads
  }

  writeHead(): void {}

  write(text: string): void {
    this.written++
    if (!this.#reads) this.writableLength += Buffer.byteLength(text)
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

const join = (feed: EventFeed, page: Page): Promise<unknown> =>
  feed.join({ method: 'GET' } as IncomingMessage, page as unknown as ServerResponse)

test('a page that does not read should be dropped, and the others should not notice', async (t) => {
  const swarm = new SyntheticSwarm({ members: 200 })
  const feed = new EventFeed(swarm)
  const [deaf, attentive] = [new Page(false), new Page(true)]
  await join(feed, deaf)
  await join(feed, attentive)
  const state = deaf.writableLength
  for (let second = 0; second < 1000 && !deaf.destroyed; second++) swarm.advance()
  t.true(deaf.destroyed)
  // The limit, and the message that went beyond it.
  t.true(deaf.writableLength < state + (1 << 20) + state, `${deaf.writableLength} bytes held`)
  const before = attentive.written
  swarm.advance()
  t.true(attentive.written > before)
  t.false(attentive.destroyed)
  feed.close()
  t.true(attentive.destroyed)
})

test('nothing should be kept or compared while nobody looks', async (t) => {
  const swarm = new SyntheticSwarm({ members: 20 })
  const feed = new EventFeed(swarm)
  const page = new Page(true)
  await join(feed, page)
  page.destroy()
  const { written } = page
  swarm.advance()
  t.is(page.written, written)
  feed.close()
})
