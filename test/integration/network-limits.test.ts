import test from 'ava'
import { LeapingClock } from '../helpers/leaping-clock.ts'
import { createPeer, linkUp, message } from './network-harness.ts'

const RATE = 100_000
const BODY = 500_000
const BODIES = 4

/** The rate, in bytes a second of the clock that the limited end waits by, since `began`. */
const rateOf = (clock: LeapingClock, bytes: number): number => (bytes / clock.now()) * 1000

for (const direction of ['up', 'down'] as const) {
  test(`should hold everything on the sockets to its limit ${direction}`, async (t) => {
    const clock = new LeapingClock()
    const rates = { up: null, down: null, [direction]: RATE }
    const [limited, other] = [await createPeer(t, 1, { clock, rates }), await createPeer(t, 2)]
    await linkUp(limited, other)
    const [from, to] = direction === 'up' ? [limited, other] : [other, limited]
    const bytes = (): number =>
      direction === 'up' ? limited.network.socketBytesSent() : limited.network.socketBytesReceived()
    for (let n = 0; n < BODIES; n++) {
      from.network.send(to.name, message('bulk', 1, new Uint8Array(BODY)), 'every')
      await to.recorder.next('message')
    }
    t.true(bytes() > BODIES * BODY)
    // A second's worth came at once, before the clock moved.
    const rate = rateOf(clock, bytes() - RATE)
    t.true(Math.abs(rate / RATE - 1) <= 0.1, `${rate} bytes a second`)
  })
}

test('should take a new limit while a body is on its way', async (t) => {
  const clock = { now: () => 0, after: () => {} }
  // Of a clock that stands still nothing but the burst goes out.
  const [limited, other] = [
    await createPeer(t, 1, { clock, rates: { up: RATE, down: null } }),
    await createPeer(t, 2)
  ]
  await linkUp(limited, other)
  limited.network.send(other.name, message('bulk', 1, new Uint8Array(BODY)), 'every')
  limited.network.limit({ up: null, down: null })
  const { body } = await other.recorder.next('message')
  t.is(body.byteLength, BODY)
})

test('should hold no more connections than it may', async (t) => {
  const few = await createPeer(t, 1, { connections: 2 })
  const others = [await createPeer(t, 2), await createPeer(t, 3)]
  for (const other of others) await linkUp(other, few)
  const [third, fourth] = [await createPeer(t, 4), await createPeer(t, 5)]
  for (const { name, network } of [few, fourth]) third.network.introduce(name, network.addresses())
  third.network.want([few.name, fourth.name])
  // Dialled at the same moment.
  await third.recorder.untilLink(fourth.name, 'up')
  t.false(third.recorder.events.some(({ peer }) => peer === few.name))
  // Room for it comes when one of the two has gone.
  await others[0]!.network.stop()
  await third.recorder.untilLink(few.name, 'up')
})
