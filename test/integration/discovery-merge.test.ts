import test from 'ava'
import { Member } from './discovery-member.ts'

const HASH = 'a15'.padEnd(64, '4')
const OTHER = 'f'.repeat(64)
const HALF = 3

test('should merge two halves that share nothing but a DHT peer of another swarm', async (t) => {
  const common = await Member.create(t, 1, { manifestHash: OTHER })
  const halves = await Promise.all(
    [10, 20].map(async (seed) => {
      const bootstrap = [...common.network.addresses()]
      const first = await Member.create(t, seed, { manifestHash: HASH, bootstrap })
      const peers = [...first.network.addresses()]
      const rest = Array.from({ length: HALF - 1 }, (_, i) =>
        Member.create(t, seed + 1 + i, { manifestHash: HASH, bootstrap: peers })
      )
      return [first, ...(await Promise.all(rest))]
    })
  )
  const members = halves.flat()
  const names = members.map(({ name }) => name)
  await Promise.all(members.map((member) => member.untilMembers(names)))
  t.true(members.some(({ foundBy }) => [...foundBy.values()].includes('dht')))
  t.deepEqual(common.contacts.members.others, [], 'the DHT is no swarm')
})

test('should merge two halves one of whose members remembers one of the other half', async (t) => {
  const half = async (seed: number, known?: ReadonlyMap<string, readonly string[]>) => {
    const discovery = { dht: 'off' } as const
    const first = await Member.create(t, seed, { manifestHash: HASH, discovery })
    const bootstrap = [...first.network.addresses()]
    const others = [{ known }, {}].map((options, i) =>
      Member.create(t, seed + 1 + i, {
        manifestHash: HASH,
        discovery,
        bootstrap,
        ...(options.known === undefined ? {} : { known: options.known })
      })
    )
    return [first, ...(await Promise.all(others))]
  }
  const left = await half(30)
  const remembered = left[2]!
  const right = await half(
    40,
    new Map([
      ['12D3KooWNobodyIsThere11111111111111111111111111111111', ['/ip4/127.0.0.1/tcp/9']],
      [remembered.name, remembered.network.addresses()]
    ])
  )
  const members = [...left, ...right]
  const names = members.map(({ name }) => name)
  await Promise.all(members.map((member) => member.untilMembers(names)))
  t.is(members.length, 2 * HALF)
})

test('should go on, and take in others, when the peer that brought all together is gone', async (t) => {
  const entry = await Member.create(t, 50, { manifestHash: HASH, role: 'bootstrap' })
  const bootstrap = [...entry.network.addresses()]
  const members = await Promise.all(
    [51, 52, 53].map((seed) => Member.create(t, seed, { manifestHash: HASH, bootstrap }))
  )
  const names = members.map(({ name }) => name)
  await Promise.all(members.map((member) => member.untilMembers(names)))
  await entry.network.stop()
  const remembered = members[1]!
  const late = await Member.create(t, 54, {
    manifestHash: HASH,
    bootstrap,
    known: new Map([[remembered.name, remembered.network.addresses()]])
  })
  const all = [...names, late.name]
  await Promise.all([...members, late].map((member) => member.untilMembers(all)))
  t.is(late.contacts.members.others.length, 3)
})
