import test from 'ava'
import { canonical, fingerprint } from '../../../../src/cli/sweep/canonical.ts'

test('should write equal values alike, and others not', (t) => {
  t.is(canonical({ b: [{ d: 1, c: 2 }], a: null }), '{"a":null,"b":[{"c":2,"d":1}]}')
  t.is(canonical({ a: 1, b: 2 }), canonical({ b: 2, a: 1 }))
  t.not(canonical([1, 2]), canonical([2, 1]))
  t.not(canonical({ a: '1' }), canonical({ a: 1 }))
})

test('should tell scenarios apart by everything but the seed and the folders of data and weights', (t) => {
  t.is(fingerprint({ peers: 4, seed: 1 }), fingerprint({ seed: 2, peers: 4 }))
  t.not(fingerprint({ peers: 4, seed: 1 }), fingerprint({ peers: 5, seed: 1 }))
  t.is(
    fingerprint({ data: { name: 'mnist', path: '/here' }, seed: 1 }),
    fingerprint({ data: { name: 'mnist', path: null }, seed: 1 })
  )
  t.is(fingerprint({ weights: { path: '/here' } }), fingerprint({ weights: { path: null } }))
  t.not(fingerprint({ model: { weights: 'a' } }), fingerprint({ model: { weights: 'b' } }))
  t.not(fingerprint({ data: { name: 'mnist' } }), fingerprint({ data: { name: 'glyphs' } }))
  t.not(fingerprint({ a: { seed: 1 } }), fingerprint({ a: { seed: 2 } }))
})
