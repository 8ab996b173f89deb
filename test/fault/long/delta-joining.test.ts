/** What a peer is sent that joins a swarm under way, and what of it was for nothing. */
import test from 'ava'
import type { Message } from '../../../src/strategy/delta-set/kinds.ts'
import type { PeerName } from '../../../src/strategy/strategy.ts'
import { createDeltaSwarm } from '../../helpers/delta-swarm.ts'
import { runOn } from '../../helpers/faulty-swarm.ts'

const PEERS = 8
const JOINER = 5
const JOINS_AT = 4000

type Delta = Extract<Message, { kind: 'delta' }>

/** A delta, whatever its origin is called on a link. */
const nameOf = ({ signature }: Delta): string => Buffer.from(signature).toString('hex')

const deltasIn = (messages: readonly Message[]): Delta[] =>
  messages.flatMap((message) => (message.kind === 'delta' ? [message] : []))

/** `length`: parameters, four bytes each; links carry 50 Mbit/s. */
const join = (length: number, strategy: object) => {
  const heard: Message[] = []
  let first: number | null = null
  const whole = createDeltaSwarm({
    peers: PEERS,
    rounds: 90,
    length,
    strategy,
    faults: [{ kind: 'join', peers: [JOINER], atMs: JOINS_AT }],
    onSend: (from, to, message, atMs) => {
      const name: PeerName | undefined = joiner()
      if (first === null && from === name && message.kind === 'delta') first = atMs
      if (first === null && to === name) heard.push(message)
    }
  })
  const joiner = (): PeerName | undefined => whole.swarm.members[JOINER]?.name
  whole.swarm.begin()
  runOn(whole.swarm)
  const [taken, ...more] = whole.notices.filter(({ text }) => text.startsWith('took a snapshot'))
  return { heard, first: first!, taken: taken!, more }
}

for (const [length, strategy] of [
  [20_000, { logBytes: 32_768 }],
  [200_000, {}],
  [600_000, {}]
] as const) {
  test(`should send a joiner each delta once, beside ${length} parameters`, (t) => {
    const { heard, first, taken, more } = join(length, strategy)
    t.is(more.length, 0)
    t.true(taken.atMs < first)
    const chunks = heard.flatMap((message) => (message.kind === 'chunk' ? [message.index] : []))
    t.is(chunks.length, Math.ceil((4 * length) / 65_536))
    t.is(new Set(chunks).size, chunks.length)
    const deltas = deltasIn(heard)
    const bytes = Math.max(...deltas.map(({ body }) => body.byteLength))
    const round = PEERS * bytes
    // What came twice, or before the snapshot was offered, was for nothing: at most two rounds of bytes.
    const offered = heard.findIndex(({ kind }) => kind === 'snapshot-offer')
    const early = deltasIn(heard.slice(0, offered))
    const twice = deltas.length - new Set(deltas.map(nameOf)).size
    const wasted = (early.length + twice) * bytes
    t.log({ deltas: deltas.length, early: early.length, twice, msToFirst: first - JOINS_AT })
    t.true(wasted <= 2 * round, `${wasted} bytes, where a round has ${round}`)
  })
}
