import test from 'ava'
import { HeldLinks } from '../../../src/peer/held-links.ts'

/** The network's side: whom it is asked to keep up. */
const scene = () => {
  const network = {
    wanted: [] as readonly string[],
    want(peers: readonly string[]): void {
      network.wanted = [...peers].sort()
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
  links.want(['a'])
  links.want([])
  t.deepEqual(network.wanted, ['a'])
  links.release('a')
  t.deepEqual(network.wanted, [])
})

test('should hold nothing for a stranger until it is wanted', (t) => {
  const { network, links } = scene()
  for (let i = 0; i < 1000; i++) links.up(`stranger ${i}`)
  t.deepEqual(network.wanted, [])
  links.want(['stranger 7'])
  links.want([])
  t.deepEqual(network.wanted, ['stranger 7'])
})
