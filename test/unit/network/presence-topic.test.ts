import type { GossipsubEvents } from '@chainsafe/libp2p-gossipsub'
import { encode } from '@ipld/dag-cbor'
import {
  type Message,
  type PubSub,
  type TopicValidatorFn,
  TopicValidatorResult
} from '@libp2p/interface'
import test from 'ava'
import {
  PresenceTopic,
  presenceIn,
  type TopicOptions
} from '../../../src/network/presence-topic.ts'

const TOPIC = '/a/topic'
/** Of two presences of one member. */
const GAP = 2000 / 8

/** A topic whose messages come from the test, and go to it, at moments that it names. */
const scene = (admits?: TopicOptions['admits']) => {
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
  /** `wall`: of this end, and of the others unless they say otherwise. */
  const clock = { now: 0, wall: 1000 }
  const topic = new PresenceTopic(
    pubsub as unknown as PubSub<GossipsubEvents>,
    TOPIC,
    2000,
    (peer, { round, leaving }) => heard.push(`${peer} ${leaving ? 'left' : round}`),
    {
      now: () => clock.now,
      wall: () => clock.wall,
      ...(admits === undefined ? {} : { admits })
    }
  )
  const hear = (peer: string, round: number, leaving = false, at = clock.wall++) => {
    const data = encode({ at, round, leaving, loss: null, addresses: [] })
    const message = { type: 'signed', from: { toString: () => peer }, data }
    return validators.get(TOPIC)!(
      { toString: () => 'a forwarder' } as never,
      message as unknown as Message
    )
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

test('should believe nothing again that has been said before', (t) => {
  const { hear, heard, clock } = scene()
  t.is(hear('a', 1, false, 500), Accept)
  clock.now = 1000
  t.is(hear('a', 2, false, 500), Ignore, 'the same again')
  t.is(hear('a', 2, false, 499), Ignore)
  t.is(hear('a', 2, true, 499), Ignore, 'a goodbye of an earlier life')
  t.is(hear('a', 3, false, 501), Accept)
  t.is(hear('b', 1, false, 7), Accept, 'each has a clock of its own')
  t.deepEqual(heard, ['a 1', 'a 3', 'b 1'])
})

test('should lock nobody out whose clock was set back for longer than silence lasts', (t) => {
  const { hear, clock } = scene()
  t.is(hear('a', 1, false, 1_000_000), Accept)
  clock.now = 10_000
  t.is(hear('a', 2, false, 5), Ignore)
  clock.now = 10_001
  t.is(hear('a', 3, true, 6), Ignore, 'a goodbye is no beginning')
  t.is(hear('a', 3, false, 7), Accept)
})

test('should say later moments, even when its clock is set back', async (t) => {
  const { topic, published, clock } = scene()
  topic.announce({ round: 1, loss: 1, addresses: [] })
  await new Promise((resolve) => setTimeout(resolve))
  t.is(presenceIn(published[0]!)?.at, 1000)
  clock.wall = 3
  await topic.stop()
  t.is(presenceIn(published[1]!)?.at, 1001)
})

test('should not believe those that are no members, and not blame who passed it on', async (t) => {
  const asked: string[] = []
  const { hear, heard } = scene((peer, pass) => {
    asked.push(`${peer} ${pass}`)
    return peer === 'later' ? Promise.resolve(true) : peer === 'member'
  })
  t.is(hear('member', 1), Accept)
  t.is(hear('stranger', 1), Ignore)
  t.is(await hear('later', 1), Accept)
  t.deepEqual(heard, ['member 1', 'later 1'])
  t.is(asked[0], 'member null')
})

test('should take the later of two words that were looked at together', async (t) => {
  const { hear, heard, clock } = scene(() => Promise.resolve(true))
  const [first, second] = [hear('a', 1), hear('a', 2)]
  t.deepEqual([await first, await second], [Accept, Ignore], 'it speaks too often')
  clock.now = GAP
  const later = hear('a', 4, false, 5000)
  const goodbye = hear('a', 3, true, 4000)
  t.deepEqual([await later, await goodbye], [Accept, Ignore])
  t.deepEqual(heard, ['a 1', 'a 4'])
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
