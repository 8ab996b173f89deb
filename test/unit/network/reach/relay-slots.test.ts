import test from 'ava'
import { RELAY_BOUNDS } from '../../../../src/network/reach/relay-limits.ts'
import { RelaySlots } from '../../../../src/network/reach/relay-slots.ts'

const BOUNDS = { ...RELAY_BOUNDS, slots: 2, slotLasts: 100, circuits: 3, circuitsOfPeer: 2 }

test('should give so many slots, renew them, and take them back', (t) => {
  const slots = new RelaySlots(BOUNDS)
  t.true(slots.reserve('a', 0))
  t.true(slots.reserve('b', 50))
  t.false(slots.reserve('c', 60))
  t.true(slots.reserve('a', 90))
  t.true(slots.has('a', 150))
  t.false(slots.has('b', 150))
  t.true(slots.reserve('c', 150))
  slots.release('c')
  t.false(slots.has('c', 150))
})

test('should connect to those with a slot only, within its bounds', (t) => {
  const slots = new RelaySlots(BOUNDS)
  slots.reserve('a', 0)
  slots.reserve('b', 0)
  t.is(slots.refuses('x', 'y', 0), 'no-slot')
  t.is(slots.refuses('x', 'a', 0), null)
  const ends = [slots.begin('x', 'a'), slots.begin('y', 'a')]
  t.is(slots.refuses('z', 'a', 0), 'full', 'two circuits end at a')
  t.is(slots.refuses('x', 'b', 0), null)
  ends.push(slots.begin('x', 'b'))
  t.is(slots.refuses('z', 'b', 0), 'full', 'three circuits in all')
  for (const end of ends) end()
  t.is(slots.refuses('z', 'b', 0), null)
  t.is(slots.refuses('z', 'b', 100), 'no-slot', 'its slot is over')
})

test('should count everybody once whom it serves', (t) => {
  const slots = new RelaySlots(BOUNDS)
  slots.reserve('a', 0)
  const end = slots.begin('x', 'a')
  t.deepEqual(slots.peers(0), new Set(['a', 'x']))
  end()
  t.deepEqual(slots.peers(0), new Set(['a']))
  t.deepEqual(slots.peers(100), new Set())
})
