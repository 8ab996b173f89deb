import test from 'ava'
import { seeded } from '../../../src/random.ts'
import { decodeFrame, encodeFrame, FRAME_OVERHEAD, type Frame } from '../../../src/wire/frame.ts'
import { CHANNELS, type Channel, CREDIT_KIND, LinkEnd } from '../../../src/wire/link-end.ts'
import type { Rejected } from '../../../src/wire/reject.ts'

const TAG = { manifest: 1, layout: 2 }
const LIMITS = { maxFrame: 100, window: 200, maxQueued: 400 }

const out = (kind: number, bytes: number, channel: Channel = 'bulk', fill = 0) => ({
  kind,
  channel,
  body: new Uint8Array(bytes - FRAME_OVERHEAD).fill(fill)
})

const frameOf = (bytes: Uint8Array): Frame => decodeFrame(TAG, bytes) as Frame

const grantOf = (channel: number, bytes: number): Frame => {
  const body = new Uint8Array(5)
  body[0] = channel
  new DataView(body.buffer).setUint32(1, bytes)
  return frameOf(encodeFrame(TAG, CREDIT_KIND, body))
}

const reasonOf = (outcome: Frame | Rejected | null): string | null =>
  outcome !== null && 'reason' in outcome ? outcome.reason : null

test('should write what credit allows and wait for the rest until a grant comes', (t) => {
  const end = new LinkEnd(TAG, LIMITS)
  for (let kind = 1; kind <= 4; kind++) t.true(end.send(out(kind, 100), 'every'))
  t.is(frameOf(end.next('bulk')!).kind, 1)
  t.is(frameOf(end.next('bulk')!).kind, 2)
  t.is(end.next('bulk'), null)
  t.is(end.receive('control', grantOf(1, 100)), null)
  t.is(frameOf(end.next('bulk')!).kind, 3)
  t.is(end.next('bulk'), null)
})

test('should keep the channels accounts apart', (t) => {
  const end = new LinkEnd(TAG, LIMITS)
  for (const kind of [1, 2, 3]) end.send(out(kind, 100), 'every')
  end.send(out(9, 100, 'control'), 'every')
  end.next('bulk')
  end.next('bulk')
  t.is(end.next('bulk'), null)
  t.is(frameOf(end.next('control')!).kind, 9)
  end.receive('control', grantOf(0, 200))
  t.is(end.next('bulk'), null)
})

test('should keep only the latest of a kind, in its place', (t) => {
  const end = new LinkEnd(TAG, LIMITS)
  end.send(out(1, 50, 'control', 1), 'latest')
  end.send(out(2, 50, 'control', 2), 'every')
  end.send(out(1, 40, 'control', 3), 'latest')
  end.send(out(1, 40, 'bulk', 4), 'latest')
  const written = [end.next('control')!, end.next('control')!].map(frameOf)
  t.deepEqual(
    written.map(({ kind, body }) => [kind, body[0]]),
    [
      [1, 3],
      [2, 2]
    ]
  )
  t.is(end.next('control'), null)
  t.is(frameOf(end.next('bulk')!).body[0], 4)
})

test('should say when too much is waiting, counting what was overwritten once', (t) => {
  const end = new LinkEnd(TAG, LIMITS)
  for (let i = 0; i < 100; i++) t.true(end.send(out(1, 100), 'latest'))
  for (const kind of [2, 3, 4]) t.true(end.send(out(kind, 100), 'every'))
  t.false(end.send(out(5, 100), 'every'))
})

test('should grant half a window at a time, on the control channel, free of credit', (t) => {
  const end = new LinkEnd(TAG, LIMITS)
  const frame = frameOf(encodeFrame(TAG, 1, new Uint8Array(50 - FRAME_OVERHEAD)))
  t.is(end.receive('bulk', frame), frame)
  t.is(end.receive('bulk', frame), frame)
  end.consumed('bulk', 50)
  t.is(end.next('control'), null)
  end.consumed('bulk', 50)
  end.send(out(7, 100, 'control'), 'every')
  const grant = frameOf(end.next('control')!)
  t.is(grant.kind, CREDIT_KIND)
  t.deepEqual(Array.from(grant.body), [CHANNELS.indexOf('bulk'), 0, 0, 0, 100])
  t.is(frameOf(end.next('control')!).kind, 7)
})

test('should reject what breaks the rules of credit', (t) => {
  const end = new LinkEnd(TAG, { ...LIMITS, maxFrame: 1_000 })
  const large = frameOf(encodeFrame(TAG, 1, new Uint8Array(201 - FRAME_OVERHEAD)))
  const empty = frameOf(encodeFrame(TAG, CREDIT_KIND, new Uint8Array(0)))
  t.is(reasonOf(end.receive('bulk', large)), 'credit')
  const half = frameOf(encodeFrame(TAG, 1, new Uint8Array(100 - FRAME_OVERHEAD)))
  t.is(end.receive('bulk', half), half)
  t.is(end.receive('bulk', half), half)
  t.is(reasonOf(end.receive('bulk', half)), 'credit', 'a third frame before the first is consumed')
  t.is(reasonOf(end.receive('control', grantOf(1, 99))), 'credit')
  t.is(reasonOf(end.receive('bulk', grantOf(1, 100))), 'kind')
  t.is(reasonOf(end.receive('control', grantOf(2, 100))), 'body')
  t.is(reasonOf(end.receive('control', empty)), 'body')
})

/** Two ends joined by two first-in-first-out pipes. */
class Pair {
  readonly ends: readonly [LinkEnd, LinkEnd]
  /** Largest number of bytes ever under way on one channel in one direction, grants excluded. */
  mostUnderWay = 0
  readonly delivered: Frame[] = []

  constructor(limits: typeof LIMITS) {
    this.ends = [new LinkEnd(TAG, limits), new LinkEnd(TAG, limits)]
  }

  /** Moves everything that can move; false when nothing could. */
  step(): boolean {
    const underWay = ([0, 1] as const).flatMap((from) =>
      CHANNELS.flatMap((channel) => {
        const frames: Frame[] = []
        for (let next = this.ends[from].next(channel); next !== null; ) {
          frames.push(frameOf(next))
          next = this.ends[from].next(channel)
        }
        const messages = frames.filter(({ kind }) => kind !== CREDIT_KIND)
        const bytes = messages.reduce((sum, { size }) => sum + size, 0)
        this.mostUnderWay = Math.max(this.mostUnderWay, bytes)
        return frames.map((frame) => ({ to: this.ends[1 - from]!, channel, frame }))
      })
    )
    for (const { to, channel, frame } of underWay) {
      const outcome = to.receive(channel, frame)
      if (outcome !== null && 'reason' in outcome) throw new Error(outcome.reason)
      if (outcome === null) continue
      this.delivered.push(outcome)
      to.consumed(channel, outcome.size)
    }
    return underWay.length > 0
  }
}

test('should pass 100 MB through a window of 1 MiB, never more under way', (t) => {
  const window = 1 << 20
  const pair = new Pair({ maxFrame: window / 2, window, maxQueued: 2 * window })
  const random = seeded(5)
  let sent = 0
  let received = 0
  let expected = 0
  while (received < 100e6) {
    for (let i = 0; i < 2; i++) {
      const size = FRAME_OVERHEAD + 4 + random.integer(window / 2 - FRAME_OVERHEAD - 4)
      const message = out(1, size)
      new DataView(message.body.buffer).setUint32(0, sent++)
      t.true(pair.ends[0].send(message, 'every'), 'the queue stays bounded')
    }
    while (pair.step());
    for (const { body, size } of pair.delivered.splice(0)) {
      t.is(new DataView(body.buffer, body.byteOffset).getUint32(0), expected++, 'in order')
      received += size
    }
  }
  t.is(expected, sent)
  t.true(pair.mostUnderWay <= window)
})

test('should never stall, whatever the sizes, as long as two frames fit a window', (t) => {
  const random = seeded(6)
  for (let run = 0; run < 200; run++) {
    const pair = new Pair({ maxFrame: 100, window: 200, maxQueued: 10_000 })
    const count = 20
    for (let n = 0; n < count; n++) {
      const size = FRAME_OVERHEAD + random.integer(100 - FRAME_OVERHEAD + 1)
      pair.ends[n % 2]!.send(out(1, size, CHANNELS[random.integer(2)]!), 'every')
    }
    while (pair.step());
    t.is(pair.delivered.length, count, `run ${run}`)
  }
})
