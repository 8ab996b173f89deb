import type { GossipsubEvents } from '@chainsafe/libp2p-gossipsub'
import { encode } from '@ipld/dag-cbor'
import {
  type Message,
  type PubSub,
  type TopicValidatorFn,
  TopicValidatorResult
} from '@libp2p/interface'
import test from 'ava'
import { PresenceTopic, presenceIn } from '../../../src/network/presence-topic.ts'

const TOPIC = '/a/topic'
/** Of two presences of one member. */
const GAP = 2000 / 8

/** A topic whose messages come from the test, and go to it, at moments that it names. */
const scene = () => {
  const validators = new Map<string, TopicValidatorFn>()
  const published: Uint8Array[] = []
  const pubsub = {
    topicValidators: validators,
    addEventListener: () => {},
    removeEventListener: () => {},
    subscribe: () => {},
    publish: async (_: string, data: Uint8Array) => {
      published.push(data)
    }
  }
  const heard: string[] = []
  const clock = { now: 0 }
  const topic = new PresenceTopic(
    pubsub as unknown as PubSub<GossipsubEvents>,
    TOPIC,
    2000,
    (peer, { round, leaving }) => heard.push(`${peer} ${leaving ? 'left' : round}`),
    () => clock.now
  )
  const hear = (peer: string, round: number, leaving = false) => {
    const data = encode({ round, leaving, loss: null, addresses: [] })
    const message = { type: 'signed', from: { toString: () => peer }, data }
    return validators.get(TOPIC)!(peer as never, message as unknown as Message)
  }
  return { topic, hear, heard, clock, published }
}

const { Accept, Ignore } = TopicValidatorResult

test('should ignore who speaks too often, and not for longer', (t) => {
  const { hear, heard, clock } = scene()
  t.is(hear('a', 1), Accept)
  clock.now = GAP - 1
  t.is(hear('a', 2), Ignore)
  t.is(hear('b', 1), Accept)
  clock.now = GAP
  t.is(hear('a', 3), Accept)
  t.deepEqual(heard, ['a 1', 'b 1', 'a 3'])
})

test('should believe one goodbye at any time, and none of strangers', (t) => {
  const { hear, heard, clock } = scene()
  t.is(hear('a', 1, true), Ignore)
  t.is(hear('a', 1), Accept)
  t.is(hear('a', 1, true), Accept)
  t.is(hear('a', 1, true), Ignore, 'it is gone already')
  t.is(hear('a', 1), Ignore, 'an older word that took another way')
  clock.now = GAP
  t.is(hear('a', 2), Accept, 'it has come back')
  t.is(hear('a', 2, true), Accept)
  t.deepEqual(heard, ['a 1', 'a left', 'a 2', 'a left'])
})

test('should believe so many members and no more', (t) => {
  const { hear, heard } = scene()
  for (let i = 0; i < 4096; i++) hear(`peer-${i}`, 1)
  t.is(heard.length, 4096)
  t.is(hear('one more', 1), Ignore)
  t.is(hear('peer-7', 1, true), Accept)
})

test('should say goodbye once, with its last word, if it has said anything', async (t) => {
  const silent = scene()
  await silent.topic.stop()
  t.deepEqual(silent.published, [])

  const { topic, published } = scene()
  topic.announce({ round: 1, loss: 1, addresses: [] })
  topic.announce({ round: 2, loss: 1, addresses: [] })
  await topic.stop()
  await topic.stop()
  t.is(published.length, 1)
  const said = presenceIn(published[0]!)
  t.is(said?.round, 2)
  t.true(said?.leaving)
})
