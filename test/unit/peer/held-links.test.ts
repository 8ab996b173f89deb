import test from 'ava'
import { HeldLinks } from '../../../src/peer/held-links.ts'

/** The network's side: whom it keeps up, and whom it may close. */
const scene = () => {
  const network = {
    wanted: [] as readonly string[],
    released: [] as string[],
    want(peers: readonly string[]): void {
      network.wanted = [...peers].sort()
    },
    release(peer: string): void {
      network.released.push(peer)
    }
  }
  return { network, links: new HeldLinks(network) }
}

test('should keep dialling a link that came up until it is released, wanted or not', (t) => {
  const { network, links } = scene()
  links.want(['a', 'b'])
  links.up('a')
  links.want([])
  t.deepEqual(network.wanted, ['a'], 'b never came up')
  links.down('a')
  t.deepEqual(network.wanted, ['a'], 'a is broken, and an edge may be ending')
  links.release('a')
  t.deepEqual(network.wanted, [])
})

test('should hold a link again that was released, is still up and is wanted once more', (t) => {
  const { network, links } = scene()
  links.want(['a'])
  links.up('a')
  links.want([])
  links.release('a')
  t.deepEqual(network.released, ['a'])
  links.want(['a'])
  links.want([])
  t.deepEqual(network.wanted, ['a'])
  links.release('a')
  t.deepEqual(network.wanted, [])
  t.deepEqual(network.released, ['a', 'a'], 'the network hears of every release')
})

test('should hold a link that the other end has begun', (t) => {
  const { network, links } = scene()
  links.up('stranger')
  t.deepEqual(network.wanted, ['stranger'])
  links.release('stranger')
  t.deepEqual(network.wanted, [])
})
