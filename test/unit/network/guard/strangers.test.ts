import test from 'ava'
import { callerOf } from '../../../../src/network/guard/caller.ts'
import { LOOPBACK_FACTOR, STRANGERS } from '../../../../src/network/guard/limits.ts'
import { Strangers } from '../../../../src/network/guard/strangers.ts'

const CONNECTIONS = 320
const MOST = CONNECTIONS * STRANGERS.share
const SECOND = 1000

class Line {
  handshaking = true
  over = false
}

const set = () => {
  const clock = { now: 0 }
  const strangers = new Strangers({ connections: CONNECTIONS, now: () => clock.now })
  const call = (host: string): Line | null => {
    const line = new Line()
    return strangers.takes(callerOf(host)!, line) ? line : null
  }
  return { clock, strangers, call }
}

const HOSTS = [
  ['203.0.113.7', '203.0.113.7', null, false],
  ['::ffff:203.0.113.7', '203.0.113.7', null, false],
  ['127.8.9.1', '127.8.9.1', null, true],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48', false],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64', '2001:db8:1::/48', false],
  ['2001:db8::6', '2001:db8:0:0::/64', '2001:db8:0::/48', false],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48', false],
  ['::1', '0:0:0:0::/64', null, true]
] as const

for (const [host, address, range, loopback] of HOSTS) {
  test(`should book ${host} on ${address}`, (t) => {
    t.deepEqual(callerOf(host), { address, range, loopback })
  })
}

for (const host of ['', 'example.org', '1.2.3', '1.2.3.4.5', ':::', 'g::1', '1.2.3.256']) {
  test(`should take "${host}" for no address`, (t) => t.is(callerOf(host), null))
}

test('should take so many calls at once of an address, and so many a second', (t) => {
  const { clock, call } = set()
  let taken = 0
  for (let n = 0; n < 1000; n++) {
    const line = call('203.0.113.7')
    if (line === null) continue
    taken++
    line.over = true
  }
  t.is(taken, STRANGERS.calls.burst)
  clock.now = 10 * SECOND
  for (let n = 0; n < 1000; n++) {
    const line = call('203.0.113.7')
    if (line === null) continue
    taken++
    line.over = true
  }
  t.is(taken, STRANGERS.calls.burst + 10 * STRANGERS.calls.perSecond)
  // Another one has its own.
  t.not(call('203.0.113.8'), null)
})

test('should hold so many connections of an address, until some are over', (t) => {
  const { clock, call } = set()
  const lines: Line[] = []
  for (let n = 0; n < 1000; n++) {
    clock.now += SECOND
    const line = call('203.0.113.7')
    if (line === null) continue
    line.handshaking = false
    lines.push(line)
  }
  t.is(lines.length, MOST)
  lines[5]!.over = true
  t.not(call('203.0.113.7'), null)
  t.is(call('203.0.113.7'), null)
})

test('should hold so many handshakes of an address', (t) => {
  const { clock, call } = set()
  const lines: Line[] = []
  for (let n = 0; n < 100; n++) {
    clock.now += SECOND
    const line = call('203.0.113.7')
    if (line !== null) lines.push(line)
  }
  t.is(lines.length, STRANGERS.handshakes)
  lines[0]!.handshaking = false
  t.not(call('203.0.113.7'), null)
})

test('a range of IPv6 should have four times as much as an address in all', (t) => {
  const { call } = set()
  let taken = 0
  for (let n = 0; n < 1000; n++) {
    const line = call(`2001:db8:1:${n.toString(16)}::1`)
    if (line === null) continue
    taken++
    line.over = true
  }
  t.is(taken, STRANGERS.wider * STRANGERS.calls.burst)
  t.not(call('2001:db8:2::1'), null)
})

test('loopback should have room for a swarm', (t) => {
  const { call } = set()
  let taken = 0
  for (let n = 0; n < 1000; n++) {
    const line = call('127.0.0.1')
    if (line === null) continue
    taken++
    line.handshaking = false
  }
  t.is(taken, CONNECTIONS)
  t.true(LOOPBACK_FACTOR * STRANGERS.handshakes >= 128)
})

test('bytes of a stranger should wait once it has sent too many', (t) => {
  const { clock, strangers } = set()
  const caller = callerOf('203.0.113.7')!
  const { burst, perSecond } = STRANGERS.bytes
  t.is(strangers.wait(caller, burst), 0)
  t.is(strangers.wait(caller, perSecond), SECOND)
  t.is(strangers.wait(caller, perSecond), 2 * SECOND)
  clock.now = 2 * SECOND
  t.is(strangers.wait(caller, 0), 0)
})

test('invented addresses should not fill the memory', (t) => {
  const { clock, strangers, call } = set()
  let taken = 0
  for (let n = 0; n < 20_000; n++) {
    const line = call(`203.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`)
    if (line === null) continue
    taken++
    line.over = true
  }
  // One more for those that are told apart no longer.
  t.is(strangers.known, STRANGERS.addresses + 1)
  t.is(taken, STRANGERS.addresses + STRANGERS.calls.burst)
  clock.now = 3600 * SECOND
  strangers.sweep()
  t.is(strangers.known, 0)
})
