import test from 'ava'
import { AddressBook } from '../../../src/network/address-book.ts'
import { peerNameOf } from '../../../src/network/peer-name.ts'

const name = (number: number): Promise<string> => {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, number)
  return peerNameOf(seed)
}

const addressOf = (port: number): string => `/ip4/10.0.0.1/tcp/${port}`

test('should forget those that were not used for longest, and nobody who is dialled', async (t) => {
  const book = new AddressBook()
  const names = await Promise.all(Array.from({ length: 8193 }, (_, number) => name(number)))
  for (const peer of names.slice(0, 8192)) t.true(book.learn(peer, [addressOf(4001)]))
  const known = (peer: string): boolean => Array.isArray(book.targets(peer))
  t.true(known(names[0]!))
  t.true(book.learn(names[8192]!, [addressOf(4002)]))
  t.true(known(names[0]!), 'was looked up')
  t.false(known(names[1]!))
  t.true(known(names[8192]!))
})

test('should learn what is new, and what is an address of that peer only', async (t) => {
  const book = new AddressBook()
  const [one, other] = await Promise.all([name(1), name(2)])
  t.false(book.learn(one, ['nonsense', `${addressOf(1)}/p2p/${other}`]))
  t.true(book.learn(one, [addressOf(1)]))
  t.false(book.learn(one, [addressOf(1)]))
  t.true(book.learn(one, [addressOf(2)]))
  t.deepEqual(String(book.targets(one)), `${addressOf(2)}/p2p/${one}`)
})
