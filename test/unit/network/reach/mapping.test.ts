import test from 'ava'
import { Mapping } from '../../../../src/network/reach/mapping.ts'

const HOUR = 3_600_000

test('should not judge by one observer', (t) => {
  const mapping = new Mapping()
  t.is(mapping.verdict(0), null)
  mapping.observe('45.1.0.2', '/ip4/45.9.0.1/tcp/1', 0)
  mapping.observe('45.1.0.2', '/ip4/45.9.0.1/tcp/1', 5)
  t.is(mapping.verdict(5), null)
  t.deepEqual(mapping.seen(5), ['/ip4/45.9.0.1/tcp/1'])
})

test('should tell a NAT with one mapping from one with many', (t) => {
  const [one, each] = [new Mapping(), new Mapping()]
  for (const i of [1, 2, 3]) {
    one.observe(`45.${i}.0.2`, '/ip4/45.9.0.1/tcp/7', i)
    each.observe(`45.${i}.0.2`, `/ip4/45.9.0.1/tcp/${i}`, i)
  }
  t.is(one.verdict(3), 'one')
  t.is(each.verdict(3), 'each')
})

test('should outvote one observer that lies', (t) => {
  const mapping = new Mapping()
  for (const i of [1, 2]) mapping.observe(`45.${i}.0.2`, '/ip4/45.9.0.1/tcp/7', i)
  mapping.observe('45.3.0.2', '/ip4/6.6.6.6/tcp/6', 3)
  t.is(mapping.verdict(3), 'one')
  t.is(mapping.seen(3)[0], '/ip4/45.9.0.1/tcp/7')
})

test('should forget what was seen long ago, and hold no more than sixteen', (t) => {
  const mapping = new Mapping()
  mapping.observe('45.1.0.2', '/ip4/45.9.0.1/tcp/1', 0)
  mapping.observe('45.2.0.2', '/ip4/45.9.0.1/tcp/2', HOUR)
  t.is(mapping.verdict(HOUR), null)
  t.deepEqual(mapping.seen(HOUR), ['/ip4/45.9.0.1/tcp/2'])
  for (let i = 0; i < 100; i++) mapping.observe(`46.1.1.${i}`, `/ip4/45.9.0.1/tcp/${i}`, HOUR)
  t.is(mapping.seen(HOUR).length, 16)
})

test('should forget an observer that has gone', (t) => {
  const mapping = new Mapping()
  mapping.observe('45.1.0.2', '/ip4/45.9.0.1/tcp/1', 0)
  mapping.observe('45.2.0.2', '/ip4/45.9.0.1/tcp/2', 0)
  t.is(mapping.verdict(0), 'each')
  mapping.forget('45.1.0.2')
  t.is(mapping.verdict(0), null)
  t.deepEqual(mapping.seen(0), ['/ip4/45.9.0.1/tcp/2'])
})
